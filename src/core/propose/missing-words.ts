/** Texts that people and programs write where they have no value, in the languages that files are often written in. */

const WORDS = new Set([
  ...'? ?? - -- --- – — . .. ... / n/a #n/a #n/v #na na nan n.a. n/d n.d. nd s/d k.a. k/a n.v. b.d.'.split(
    ' ',
  ),
  ...'nil null (null) <null> <na> none unknown missing undefined unspecified unavailable tbd void'.split(' '),
  ...'(blank) blank (empty) empty (leer) leer (vide) vide #null! #value! #div/0! #ref! #num! #name? #wert! inf -inf'.split(
    ' ',
  ),
  ...'not available|not applicable|not known|not given|not provided|not specified|not set|not reported'.split(
    '|',
  ),
  ...'no data|no value|no answer|no info|no information|missing value|n a|to be determined'.split('|'),
  ...'unbekannt|keine angabe|keine angaben|keine daten|nicht bekannt|nicht angegeben|nicht verfügbar|ohne angabe|fehlt'.split(
    '|',
  ),
  ...'no informado|no disponible|no aplica|sin dato|sin datos|sin información|desconocido|no especificado'.split(
    '|',
  ),
  ...'non renseigné|non disponible|non communiqué|inconnu|sans objet|manquant'.split('|'),
  ...'não informado|não disponível|não se aplica|sem informação|desconhecido|sem dados'.split('|'),
  ...'non disponibile|sconosciuto|non specificato|niet bekend|onbekend|niet beschikbaar'.split('|'),
  ...'brak|brak danych|nieznany|okänd|saknas|ukendt|ukjent|ei tiedossa|tuntematon'.split('|'),
]);

/** Whether a text says that there is no value: "n/a", "Not available", "k. A.", "keine  Angabe". */
export function isMissingWord(text: string): boolean {
  if (text.length > 32) return false;
  const word = text
    .normalize('NFC')
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, ' ');
  return WORDS.has(word) || WORDS.has(word.replaceAll('. ', '.'));
}

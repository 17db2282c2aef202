/** What a value of the target says of a client, by itself. */
import { outcomeWords, readWords, wordSet } from './outcome-words.ts';

/** `open`: nothing is known of the client yet, as of one who has only joined. */
export type LabelMeaning = 'left' | 'stayed' | 'open' | 'yes' | 'no';

const YES = wordSet('1 yes true y t oui o si s sim ja j tak evet wahr vrai verdadero vero waar on positive');
const NO = wordSet('0 -1 no false n f non nein nee nao nie hayir falsch faux falso onwaar off negative');
const OPEN = wordSet(
  'joined joiner new trial trialing prospect lead onboarding pending incomplete signup unknown undetermined unk',
  'neu neukunde neuer nouveau nuevo novo nuovo nieuw nowy yeni unbekannt inconnu desconocido desconhecido sconosciuto onbekend',
  'nieznany bilinmiyor',
);

/** null where the text says nothing known. A bare yes or no says it of what the column is named after. */
export function labelMeaning(label: string): LabelMeaning | null {
  const number = /^\s*-?\d+(?:\.0*)?\s*$/.test(label) ? String(Number(label)) : null;
  const all = outcomeWords(label);
  const whole = number ?? all.join(' ');
  if (YES.has(whole)) return 'yes';
  if (NO.has(whole)) return 'no';
  if (number !== null) return null;
  const rest = all.filter((word) => !OPEN.has(word));
  if (rest.length < all.length) {
    return rest.every((word) => word === 'customer' || word === 'client') ? 'open' : null;
  }
  return readWords(all).meaning;
}

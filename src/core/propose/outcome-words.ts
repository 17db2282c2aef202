/** The words for leaving and staying in nine languages, and what a few words say together. */

/** What words say of a client. */
export type Meaning = 'left' | 'stayed';

/**
 * Words that say of themselves that somebody left. Here and below they are as `outcomeWords` gives them: small
 * letters without accents, umlauts in both ways that people write them.
 */
const LEAVING = words(
  // English
  'churn churned churner churners churning attrition attrited exit exited exits left leave leaves leaving leaver leavers',
  'cancel cancels cancelled canceled cancellation cancelation closed closure terminated termination departed departure',
  'lapsed lapse unsubscribed unsubscribe defected defector defection discontinued quit gone resigned resignation withdrawn',
  'lost nonrenewal disconnected abandoned',
  // German
  'gekuendigt gekundigt kuendigung kundigung kuendiger kundiger abgewandert abwanderung abwanderer ausgetreten austritt',
  'abgemeldet storniert storno verloren verlassen abgang',
  // French
  'resilie resiliee resiliation parti desabonne desabonnee desabonnement annule annulee quitte cloture cloturee perdu perdue',
  // Spanish and Portuguese
  'baja abandono abandonado cancelado cancelada cancelacion fuga fugado desercion cancelamento evasao evadiu evadido saiu',
  'desistencia desistente rescindido encerrado encerrada perdido perdida',
  // Italian
  'disdetta disdetto cessato cessata cessazione abbandono abbandonato recesso uscito uscita annullato perso persa',
  // Dutch
  'opgezegd opzegging vertrokken vertrek beeindigd geannuleerd afgemeld',
  // Polish
  'odszedl odeszla odejscie rezygnacja zrezygnowal zrezygnowala utracony utracona wypowiedzenie anulowany zamkniety zamknieta',
  // Turkish
  'ayrildi ayrilan ayrilma terk iptal kaybedildi kapandi',
);

/** Words that say it of a column only where no other speaks of leaving. */
const GONE_QUIET = words(
  'inactive dormant expired deactivated dead deceased died ended ceased former ex past previous',
  'inaktiv beendet ehemalig ehemaliger inactif ancien inactivo inactiva inativo inativa inattivo inattiva inactief',
  'nieaktywny nieaktywna pasif kapali',
);

const STAYING = words(
  'active stayed stay stays staying remain remains remained remaining existing retained retain retention retaining kept keep',
  'renewed renew renewal renews current subscribed open loyal alive live living survived survive survives survival surviving',
  'continued continuing inforce',
  'aktiv aktive aktiver geblieben bleibt verblieben bestehend bestehender bestandskunde kundenbindung bindung verlaengert',
  'verlangert verlaengerung verlangerung erneuert treu lebend',
  'actif actifs fidele fidelise fidelisee fidelisation retenu retenue reste restee renouvele renouvelee renouvellement abonne',
  'abonnee vivant',
  'activo activa vigente retenido retenida retencion permanece permanencia renovado renovada renovacion fiel leal vivo',
  'ativo ativa retido retencao renovacao permaneceu ficou',
  'attivo attiva fedele fidelizzato rimasto rinnovato rinnovata rinnovo mantenuto',
  'actief actieve gebleven blijft behouden behoud verlengd verlenging trouw loyaal vernieuwd',
  'aktywny aktywna aktywne pozostal pozostala utrzymany utrzymana utrzymanie odnowiony odnowiona lojalny lojalna przedluzony',
  'aktif kaldi kalan sadik yenilendi devam',
);

/** Words that turn what is beside them round. */
const NEGATIONS = words(
  'not no non never without nie nicht kein keine ohne ne nest pas sin sem senza niet geen zonder nao nunca nigdy degil bez un',
  'isnt didnt hasnt wasnt wont doesnt',
);
/** Words that turn round what is before them, where that is leaving: "churn_free". */
const FREE_OF = words('free frei');
/** "Still a client": staying, where nothing else is said; beside a negation "no longer". */
const STILL = words('still noch encore toujours sigue todavia aun ainda ancora nog wciaz nadal hala');
const ANY_MORE = words('longer anymore more mehr plus mas mais piu meer ya artik juz');

/** Words that add nothing: who it is about, that it is a flag, and small words between. */
const ENTITIES = words(
  'customer customers client clients account user member employee subscriber subscription contract policy cust acct consumer',
  'kunde kunden vertrag abonnement client cliente clientes contrato conta cuenta contratto klant klanten klient klienta musteri',
  'company bank us service',
);
const STATUS = words('status statut statuts estado estatus stato situacao durum durumu');
const FLAGS = words(
  'flag flags label value ind indicator yn y yes target class binary bin bool boolean dummy outcome kz kennzeichen merkmal',
);
const SMALL = words(
  'is has have had was were did does do will would be been are the a an i it now yet already ever of by at on since',
  'ist hat war wird est es esta ha sta ediyor il elle the der die das le la',
);
/** Words of a time ahead, beside a number or one of its cues: "churn_next_month", "churn_30d". */
const HORIZON = words('day days d week weeks w month months m mo quarter year years y');
const HORIZON_CUES = words('next in within following this last');

const KNOWN: readonly ReadonlySet<string>[] = [
  LEAVING,
  GONE_QUIET,
  STAYING,
  NEGATIONS,
  FREE_OF,
  STILL,
  ANY_MORE,
  ENTITIES,
  STATUS,
  FLAGS,
  SMALL,
  HORIZON,
  HORIZON_CUES,
];
/** Words that names run together ("isactivemember"); short ones would be found anywhere. */
const PIECES = new Set([
  ...KNOWN.flatMap((set) => [...set].filter((word) => word.length > 2)),
  'is',
  'no',
  'un',
]);
const LONGEST_PIECE = Math.max(...[...PIECES].map((word) => word.length));
/** Of a longer text the rest tells nothing. */
const MOST_LETTERS = 256;

/** What a text says: whether it was all understood, and whether that rests on a word for leaving itself. */
export interface WordsRead {
  readonly meaning: Meaning | null;
  readonly isStraight: boolean;
}

/**
 * The words of a name or a value, in small letters without accents: cut at case, digits and all that is no letter,
 * and where known words are run together. "IsActiveMember", "is_active_member" and "isactivemember" are alike.
 */
export function outcomeWords(text: string): string[] {
  return text
    .slice(0, MOST_LETTERS)
    .normalize('NFKC')
    .replace(/['\u2019]/g, '')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/(\p{L})(\p{N})/gu, '$1 $2')
    .replace(/(\p{N})(\p{L})/gu, '$1 $2')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll('ł', 'l')
    .replaceAll('ı', 'i')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .flatMap(piecesOf);
}

/**
 * What words say of a client, where every word is known: `left` or `stayed`, turned round by a negation. null where a
 * word is not known, where they speak of both or of neither, or negate twice: a guess might be the wrong way round.
 */
export function readWords(given: readonly string[]): WordsRead {
  const isTimed = given.some((word) => HORIZON_CUES.has(word) || isNumber(word));
  let [leaving, quiet, staying, negations, still, anyMore] = [0, 0, 0, 0, 0, 0];
  const negates = given.filter((word) => NEGATIONS.has(word));
  for (const [at, word] of given.entries()) {
    if (word === 'un' && !isTold(given[at + 1] ?? '')) continue;
    if (NEGATIONS.has(word)) negations += word === 'pas' && negates.length > 1 ? 0 : 1;
    else if (LEAVING.has(word)) leaving++;
    else if (GONE_QUIET.has(word)) quiet++;
    else if (STAYING.has(word)) staying++;
    else if (STILL.has(word)) still++;
    else if (FREE_OF.has(word) && LEAVING.has(given[at - 1] ?? '')) negations++;
    else if (ANY_MORE.has(word) && negates.length > 0) anyMore++;
    else if (!isFiller(word, isTimed)) return NOTHING;
  }
  const left = leaving + quiet;
  if (negations > 1 || (left > 0 && staying > 0)) return NOTHING;
  const isNegated = negations === 1;
  if (left > 0) {
    return { meaning: isNegated ? 'stayed' : 'left', isStraight: leaving > 0 && !isNegated };
  }
  if (staying > 0) return { meaning: isNegated ? 'left' : 'stayed', isStraight: false };
  if (isNegated && anyMore + still > 0) return { meaning: 'left', isStraight: false };
  return { meaning: still > 0 && !isNegated ? 'stayed' : null, isStraight: false };
}

/** Whether a name is that of a status in general: "Customer Status", "statut_client". */
export function isStatusName(given: readonly string[]): boolean {
  return (
    given.some((word) => STATUS.has(word)) && given.every((word) => STATUS.has(word) || ENTITIES.has(word))
  );
}

const NOTHING: WordsRead = { meaning: null, isStraight: false };

/** Whether a word is one that can be turned round: "un" is an article in some languages. */
function isTold(word: string): boolean {
  return LEAVING.has(word) || GONE_QUIET.has(word) || STAYING.has(word);
}

function isFiller(word: string, isTimed: boolean): boolean {
  if (ENTITIES.has(word) || STATUS.has(word) || FLAGS.has(word) || SMALL.has(word)) return true;
  return isNumber(word) || (isTimed && (HORIZON.has(word) || HORIZON_CUES.has(word)));
}

function isNumber(word: string): boolean {
  return /^\p{N}/u.test(word);
}

/** The fewest known words that a word is made of; itself where it is known or there are none. */
function piecesOf(word: string): string[] {
  if (isNumber(word) || KNOWN.some((set) => set.has(word))) return [word];
  const best: (string[] | null)[] = [[]];
  for (let end = 1; end <= word.length; end++) {
    best[end] = null;
    for (let start = Math.max(0, end - LONGEST_PIECE); start < end; start++) {
      const before = best[start] ?? null;
      const piece = word.slice(start, end);
      if (before === null || !PIECES.has(piece)) continue;
      const held = best[end] ?? null;
      if (held === null || before.length + 1 < held.length) best[end] = [...before, piece];
    }
  }
  return best[word.length] ?? [word];
}

function words(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')));
}

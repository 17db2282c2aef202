/** The words for leaving and staying in nine languages, and what a few words say together. */

/** What words say of a client. */
export type Meaning = 'left' | 'stayed';

/**
 * Words that say of themselves that somebody left. Here and below they are as `outcomeWords` gives them: small
 * letters without accents, umlauts in both ways that people write them.
 */
const LEAVING = wordSet(
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
const GONE_QUIET = wordSet(
  'inactive dormant expired deactivated dead deceased died ended ceased former ex past previous',
  'inaktiv beendet ehemalig ehemaliger inactif ancien inactivo inactiva inativo inativa inattivo inattiva inactief',
  'nieaktywny nieaktywna pasif kapali',
);

const STAYING = wordSet(
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
const NEGATIONS = wordSet(
  'not no non never without nie nicht kein keine ohne ne nest pas sin sem senza niet geen zonder nao nunca nigdy degil bez un',
  'isnt didnt hasnt wasnt wont doesnt',
);
/** Words that turn round what is before them, where that is leaving: "churn_free". */
const FREE_OF = wordSet('free frei');
/** "Still a client": staying, where nothing else is said; beside a negation "no longer". */
const STILL = wordSet('still noch encore toujours sigue todavia aun ainda ancora nog wciaz nadal hala');
const ANY_MORE = wordSet('longer anymore more mehr plus mas mais piu meer ya artik juz');

/** Words that add nothing: who it is about, that it is a flag, and small words between. */
const PERSONS = wordSet(
  'customer customers client clients user member employee subscriber cust consumer',
  'kunde kunden client cliente clientes klant klanten klient klienta musteri',
);
const ENTITIES = wordSet(
  'account acct subscription contract policy company bank us service',
  'vertrag abonnement contrato conta cuenta contratto',
);
const STATUS = wordSet('status statut statuts estado estatus stato situacao durum durumu');
const FLAGS = wordSet(
  'flag flags label value ind indicator yn y yes target class binary bin bool boolean dummy outcome kz kennzeichen merkmal',
);
const SMALL = wordSet(
  'is has have had was were did does do will would be been are the a an i it now yet already ever of by at on since voluntary involuntary',
  'ist hat war wird est es esta ha sta ediyor il elle the der die das le la',
);
/** Words of a time ahead, beside a number or a cue: "churn_next_month", "churn_30d". Alone they count something. */
const HORIZON = wordSet('day days d week weeks w month months m mo quarter q h fy year years y');
const HORIZON_CUES = wordSet('next in within following this');

const KNOWN: readonly ReadonlySet<string>[] = [
  LEAVING,
  GONE_QUIET,
  STAYING,
  NEGATIONS,
  FREE_OF,
  STILL,
  ANY_MORE,
  PERSONS,
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
const MAX_LETTERS = 256;

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
    .slice(0, MAX_LETTERS)
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
 * What words say of a client, where every word is known: `left` or `stayed`, turned round by a negation that clearly
 * belongs to it. null where a word is not known, where they speak of both or of neither, or negate twice, or negate
 * something else ("active, no contract"): a guess might be the wrong way round.
 */
export function readWords(given: readonly string[]): WordsRead {
  const hasNumber = given.some(isNumber);
  const time = {
    isCued: hasNumber || given.some((word) => HORIZON_CUES.has(word)),
    isTold: hasNumber || given.some((word) => HORIZON.has(word) && word.length > 1),
  };
  const told: number[] = [];
  const negations: number[] = [];
  let [still, anyMore] = [0, 0];
  for (const [at, word] of given.entries()) {
    const next = given[at + 1] ?? '';
    if (word === 'in' && isTold(next)) return NOTHING;
    if (isTold(word)) told.push(at);
    else if (NEGATIONS.has(word)) {
      // "un" is an article in some languages, and "pas" the second half of "ne pas".
      if (!(word === 'un' && !isTold(next)) && !(word === 'pas' && negations.length > 0)) negations.push(at);
    } else if (FREE_OF.has(word) && LEAVING.has(given[at - 1] ?? '')) negations.push(at);
    else if (STILL.has(word)) still++;
    else if (ANY_MORE.has(word) && given.some((other) => NEGATIONS.has(other))) anyMore++;
    else if (!isFiller(word) && !isOfTime(word, time)) return NOTHING;
  }
  const [first] = told;
  if (negations.length > 1 || (told.length > 1 && negations.length > 0)) return NOTHING;
  const [negation] = negations;
  if (first === undefined) {
    if (negation !== undefined) return { meaning: anyMore + still > 0 ? 'left' : null, isStraight: false };
    return { meaning: still > 0 ? 'stayed' : null, isStraight: false };
  }
  const sides = new Set(told.map((at) => STAYING.has(given[at] as string)));
  if (sides.size > 1 || (negation !== undefined && !belongs(given, negation, first))) return NOTHING;
  const isStaying = sides.has(true) !== (negation !== undefined);
  const isStraight = !isStaying && told.some((at) => LEAVING.has(given[at] as string));
  return { meaning: isStaying ? 'stayed' : 'left', isStraight };
}

/** Whether a negation is of the word told: right before it but for small words, or at the very end. */
function belongs(given: readonly string[], negation: number, told: number): boolean {
  const isBetween = (word: string) =>
    SMALL.has(word) || ANY_MORE.has(word) || PERSONS.has(word) || FLAGS.has(word);
  if (negation < told) return given.slice(negation + 1, told).every(isBetween);
  return given.slice(negation + 1).every((word) => ANY_MORE.has(word) || FLAGS.has(word));
}

/** Whether a name is that of a status in general: "Customer Status", "statut_client". */
export function isStatusName(given: readonly string[]): boolean {
  return (
    given.some((word) => STATUS.has(word)) &&
    given.every((word) => STATUS.has(word) || ENTITIES.has(word) || PERSONS.has(word))
  );
}

const NOTHING: WordsRead = { meaning: null, isStraight: false };

/** Whether a word speaks of leaving or staying by itself. */
function isTold(word: string): boolean {
  return LEAVING.has(word) || GONE_QUIET.has(word) || STAYING.has(word);
}

function isFiller(word: string): boolean {
  if (PERSONS.has(word) || ENTITIES.has(word) || STATUS.has(word) || FLAGS.has(word) || SMALL.has(word))
    return true;
  return isNumber(word);
}

function isOfTime(word: string, time: { readonly isCued: boolean; readonly isTold: boolean }): boolean {
  return (HORIZON.has(word) && time.isCued) || (HORIZON_CUES.has(word) && time.isTold);
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

/** The words of some lines, separated by blanks. */
export function wordSet(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')));
}

/** What the name of a column says it is for, in English, in any case and with any separators. */

const DIRECT =
  /^(?:is|has|was|did|will|target|customer|client|account|user|member|employee|subscriber){0,4}(?:churn(?:ed|er|ing)?|exit(?:ed)?|attrition|attrited|cancell?ed|cancell?ation|lapsed|defected|departed|terminated|unsubscribed|discontinued|quit|left|lost|closed|gone)(?:company|bank|us|service|account|customer|client)?(?:flag|label|value|ind|indicator|status|yn|target|class|binary)?$/;
/** Words that tell of an outcome, beside those that name it: "Churn Reason". */
export const ABOUT_OUTCOME = words(
  'reason date score risk probability prob likelihood prediction predicted category type day days month year time code comment feedback interview timestamp notes',
);

/** Of a longer name the rest tells nothing. */
const MAX_LETTERS = 256;

/** The words of a name in lower case: "CustomerID" and "customer_id" are both customer, id. */
export function nameWords(name: string): string[] {
  return name
    .slice(0, MAX_LETTERS)
    .normalize('NFKC')
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** The words of a name run together: "Total Charges" and "total_charges" are both totalcharges. */
export function compactName(name: string): string {
  return nameWords(name).join('');
}

const CERTAIN_OUTCOME = words('churn churned churner churners churning attrition attrited exited leaving');
const POSSIBLE_OUTCOME = words(
  'exit cancel canceled cancelled cancellation terminate terminated termination departure departed closure closed unsubscribe unsubscribed left quit leave winback lapse lapsed',
);

/** Whether a name tells of what is only known once the client has left: "Churn Reason", "exit_date". */
export function isNamedAfterOutcome(name: string): boolean {
  const all = nameWords(name);
  if (all.some((word) => CERTAIN_OUTCOME.has(word)) || DIRECT.test(all.join(''))) return true;
  return (
    all.some((word) => POSSIBLE_OUTCOME.has(word)) &&
    all.some((word) => ABOUT_OUTCOME.has(word) || word === 'at' || word === 'on')
  );
}

const NEAR_OUTCOME = words(
  'status outcome final ended disconnect disconnected disconnection deactivated deactivation refunded retention retained reactivated reason',
);
/** Words that turn what stands near an outcome into a measure of the time before. */
const OF_TIME_BEFORE = words(
  'days day months month weeks week since avg average mean count number num total sum amount per ratio',
);

/**
 * Whether a word of the name may speak of an outcome: "account_status", "cancel_flag". It proves nothing by
 * itself, and weighs where the values are odd too.
 */
export function mayNameOutcome(name: string): boolean {
  const all = nameWords(name);
  if (all.some((word) => POSSIBLE_OUTCOME.has(word))) return true;
  return all.some((word) => NEAR_OUTCOME.has(word)) && !all.some((word) => OF_TIME_BEFORE.has(word));
}

const ENTITY =
  'customer|client|account|member|user|subscriber|corporation|company|firm|organi[sz]ation|employee|policy|person|household|contact|acct|cust';
const CLIENT_ID = new RegExp(
  `^(?:unique)?(?:${ENTITY})(?:id|uuid|guid|key|number|num|no|nr|code|ref|reference)$|^(?:id|no|number)(?:${ENTITY})$|^(?:${ENTITY})$|^(?:msisdn|clientnum|custid|cid|cif|uid|userguid)$`,
);
/** Clients in other languages, and in systems that many firms have. */
const CLIENT_ABROAD =
  /^(?:id|nr|num|numero|no|nro|codigo|cod|code|codice|n)?(?:de|del|do|du)?(?:client|cliente|clientes|kunde|kunden|klant|klient|kund|kunder|asiakas|abonnent|abonne|assinante|socio|mitglied|mitglieds|guest|debitor|debitoren|geschaeftspartner|gp|sap|konto|titular)(?:id|nr|no|num|nummer|numero|number|nro|numer|kod|code|codigo|schluessel|key|ref)?$/;
const ANY_ID = /^(?:id|uuid|guid|key|recordid|rowid|identifier)$/;
const PHONE = /^(?:phone|telephone|mobile|cell|msisdn|contact)(?:number|no|num)?$/;

/** How surely a name is that of the client's id: 2 "customer_id" or "corporation", 1 "id", 0 not at all. */
export function idRank(name: string): 0 | 1 | 2 {
  const compact = compactName(name);
  if (CLIENT_ID.test(compact) || CLIENT_ABROAD.test(plainLetters(compact))) return 2;
  return ANY_ID.test(compact) ? 1 : 0;
}

/** Without accents, "ä" as "ae". */
function plainLetters(text: string): string {
  return text
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .normalize('NFD')
    .replace(/\p{M}/gu, '');
}

const OTHER_THINGS = words(
  'session transaction order invoice event request visit row record ticket case booking purchase payment call message device plan product store branch campaign loan application contract agreement subscription line sku',
);

/** Whether a name is that of the key of something that is no client: "session_id", "OrderNo", "transaction". */
export function isOtherKeyName(name: string): boolean {
  return nameWords(name).some((word) => OTHER_THINGS.has(word));
}

/** Whether a name ends as those of keys do: "plan_id", "sessionUUID". */
export function isKeyName(name: string): boolean {
  const last = nameWords(name).at(-1);
  return idRank(name) > 0 || last === 'id' || last === 'uuid' || last === 'guid' || last === 'key';
}

const PERSONAL =
  /^(?:customer|client|company|account|user|member|contact|owner)?(?:name|surname|lastname|firstname|fullname|familyname|givenname|middlename|maidenname|email|emailaddress|address|street|streetaddress|addressline\d?|website|url|ip|ipaddress|ssn|iban|passport|passportnumber|taxid|vat|vatnumber)$/;

/** Whether a name is that of what names a person or tells where one lives: it must not become a feature. */
export function isPersonalName(name: string): boolean {
  const compact = compactName(name);
  return PERSONAL.test(compact) || PHONE.test(compact);
}

const COUNTER =
  /^(?:rownumber|rownum|rowno|row|index|idx|unnamed0?|serialnumber|serialno|sno|srno|linenumber)$/;

/** Whether a name is that of a counter of rows. */
export function isCounterName(name: string): boolean {
  return name === '' || COUNTER.test(compactName(name));
}

const CODE_WORDS = words(
  'code zip zipcode postal postcode postalcode type kind category class group segment id area areacode prefix sic naics branch store region zone',
);

/** Whether the whole numbers of a column are names of things, as its own name says: "Area code", "plan_type". */
export function isCodeName(name: string): boolean {
  return (
    nameWords(name).some((word) => CODE_WORDS.has(word)) &&
    !/count|number|num|total|per/.test(compactName(name))
  );
}

const VALUES: readonly RegExp[] = [
  /^(?:contract|customer|client|account|deal|subscription)?value(?:atstake)?$/,
  /^(?:annual|monthly|total|yearly|customer|client|contract|account|recurring)*revenue$/,
  /^(?:mrr|arr|acv|tcv|ltv|cltv|clv|arpu|customerlifetimevalue|lifetimevalue)$/,
  /^(?:monthly|annual|yearly|recurring)(?:charges?|fees?|spend|spending|bill|billing|payment|premium|price|amount)$/,
  /^(?:premium|turnover|contractamount|billingamount|annualpremium)$/,
  /^(?:monats|jahres|gesamt|netto|brutto)?umsatz$|^(?:monats|jahres)(?:beitrag|gebuehr|praemie)$|^chiffredaffaires(?:annuel|mensuel)?$|^facturacion(?:anual|mensual)?$/,
];
const SEGMENTS: readonly RegExp[] = [
  /^(?:customer|client|market)?segment$/,
  /^(?:sales)?(?:region|territory)$/,
  /^(?:country|geography|nation|market)$/,
  /^(?:industry|sector|vertical)$/,
  /^(?:us)?(?:state|province|county)$/,
  /^(?:customer|client|membership|service|account)?(?:tier|level|class)$|^cardcategory$/,
  /^(?:contract|plan|package|subscription|product)(?:type|name|level)?$|^type$/,
  /^(?:branch|city|division|department|channel|cohort)$/,
];
const OWNERS: readonly RegExp[] = [
  /^(?:account|client|customer)?owner(?:name|id)?$/,
  /^(?:account|client|customer|relationship|portfolio|success|customersuccess)manager(?:name|id)?$/,
  /^(?:csm|kam|rm|am)(?:name|id)?$/,
  /^(?:sales|account|customer|service)?(?:rep|representative|executive|agent|advisor|adviser|banker)(?:name|id)?$/,
  /^(?:kunden)?(?:betreuer|berater)(?:in)?$|^ansprechpartner(?:in)?$|^(?:conseiller|conseillere|gestionnaire|chargedeclientele|chargedecompte)$|^(?:asesor|gestor|ejecutivo)(?:decuenta)?$/,
];
const ROW_TIMES: readonly RegExp[] = [
  /^(?:snapshot|asof|observation|observed|reference|reporting|report|record|event|extract|cutoff)(?:date|time|timestamp|day|month|at|on|period)?$/,
  /^(?:date|timestamp|time|datetime|period|month|ds|asofdate)$/,
  /^(?:month|week|quarter|period|billing|statement|dump|load|export|effective)(?:end|ending|start|date|enddate|month|period)$/,
  /^(?:yearmonth|monthyear|yyyymm|yyyymmdd|yearquarter|quarter|week|monat|stichtag|auswertungsdatum|berichtsdatum|datenstand|mes|mois|fecha|datum|berichtsmonat|maand)$/,
  /^date(?:d)?(?:arrete|extraction|observation|ereference|esituation)$|^fecha(?:de)?(?:corte|extraccion|observacion)$/,
];

export type NamedRole = 'value' | 'segment' | 'owner' | 'time';
const ROLE_NAMES: Readonly<Record<NamedRole, readonly RegExp[]>> = {
  value: VALUES,
  segment: SEGMENTS,
  owner: OWNERS,
  time: ROW_TIMES,
};

/** How good a name is for a role: 0 is best, null is not at all. */
export function roleRank(name: string, role: NamedRole): number | null {
  const compact = plainLetters(compactName(name));
  const rank = ROLE_NAMES[role].findIndex((pattern) => pattern.test(compact));
  return rank < 0 ? null : rank;
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

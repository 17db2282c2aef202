import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TableTally } from './table-tally.ts';
import { chooseTarget, type TargetChoice, type TargetWish } from './target-choice.ts';

const RULES = {
  missing: new Set(['', 'NA']),
  parseNumber: (text: string) => (/^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN),
  isTime: () => false,
};

/** A table of one column, with rows of each value: the first has the fewest. */
function choose(name: string, values: readonly string[], asked: Partial<TargetWish> = {}): TargetChoice {
  const wishes: TargetWish = { target: name, positive: null, ...asked };
  const tally = new TableTally([name], { target: wishes.target, labels: wishes, rules: RULES, seed: 1 });
  for (const [k, value] of values.entries()) for (let row = 0; row < 10 + k; row++) tally.add([value]);
  return chooseTarget(tally, wishes);
}

/** Values that mean left, as one text, or "asks". */
function leftOf(name: string, values: readonly string[]): string {
  try {
    return choose(name, values)
      .positives.map(({ text }) => text)
      .toSorted()
      .join(',');
  } catch (error) {
    if (error instanceof Error && error.message.includes('--positive')) return 'asks';
    throw error;
  }
}

const BITS = ['0', '1'];

describe('chooseTarget, whichever way round the target is', () => {
  it.each([
    // Named after staying.
    ['retention', BITS, '0'],
    ['retention_flag', BITS, '0'],
    ['Retained_YN', ['Y', 'N'], 'N'],
    ['still_subscribed', BITS, '0'],
    ['is_subscribed', ['true', 'false'], 'false'],
    ['is_active', BITS, '0'],
    ['isactivemember', BITS, '0'],
    ['alive', BITS, '0'],
    ['survived', BITS, '0'],
    ['Survival', ['no', 'yes'], 'no'],
    ['renewed', BITS, '0'],
    ['renewal_flag', BITS, '0'],
    ['will_renew', ['True', 'False'], 'False'],
    ['loyal_customer', BITS, '0'],
    ['stay', BITS, '0'],
    ['stayed_next_3_months', BITS, '0'],
    ['still_customer', BITS, '0'],
    ['current_client', BITS, '0'],
    ['actif', ['oui', 'non'], 'non'],
    ['client_fidèle', ['oui', 'non'], 'non'],
    ['vigente', ['si', 'no'], 'no'],
    ['contrato vigente', ['Sí', 'No'], 'No'],
    ['activo', BITS, '0'],
    ['ativo', ['sim', 'não'], 'não'],
    ['attivo', ['sì', 'no'], 'no'],
    ['Kundenbindung', ['ja', 'nein'], 'nein'],
    ['aktiv', ['1', '0'], '0'],
    ['noch_kunde', ['ja', 'nein'], 'nein'],
    ['actief', ['ja', 'nee'], 'nee'],
    ['aktywny', ['tak', 'nie'], 'nie'],
    ['aktif', ['evet', 'hayır'], 'hayır'],
    ['Status_Active', BITS, '0'],
    ['not_churned', BITS, '0'],
    ['churn_free', BITS, '0'],
    ['did_not_leave', BITS, '0'],
    ['nicht_gekündigt', BITS, '0'],
    ['never cancelled', ['no', 'yes'], 'no'],
    // Named after leaving.
    ['churn', BITS, '1'],
    ['Churn Value', BITS, '1'],
    ['is_churn', ['True', 'False'], 'True'],
    ['Exited', ['0.0', '1.0'], '1.0'],
    ['left', ['FALSE', 'TRUE'], 'TRUE'],
    ['cancelled', ['Yes', 'No'], 'Yes'],
    ['terminated', BITS, '1'],
    ['closed', BITS, '1'],
    ['Attrition', ['Yes', 'No'], 'Yes'],
    ['not_renewed', BITS, '1'],
    ['NonRenewal', BITS, '1'],
    ['inactive', BITS, '1'],
    ['is_inactive', BITS, '1'],
    ['non_retained', BITS, '1'],
    ['no_longer_active', BITS, '1'],
    ['unsubscribed', BITS, '1'],
    ['no_longer_customer', BITS, '1'],
    ['gekuendigt', ['ja', 'nein'], 'ja'],
    ['Kündigung', ['J', 'N'], 'J'],
    ['résilié', ['O', 'N'], 'O'],
    ['baja', ['S', 'N'], 'S'],
    ['cancelado', ['Sim', 'Não'], 'Sim'],
    ['disdetta', ['si', 'no'], 'si'],
    ['opgezegd', ['ja', 'nee'], 'ja'],
    ['rezygnacja', ['tak', 'nie'], 'tak'],
    ['ayrıldı', ['evet', 'hayır'], 'evet'],
    ['churn_next_month', BITS, '1'],
    ['telco_churn', BITS, '1'],
    ['aktif_değil', BITS, '1'],
    ['non_actif', BITS, '1'],
    ["n'est plus actif", ['oui', 'non'], 'oui'],
    ['ya_no_activo', BITS, '1'],
    // Values that speak for themselves, whatever the name.
    ['Attrition_Flag', ['Existing Customer', 'Attrited Customer'], 'Attrited Customer'],
    ['status', ['active', 'cancelled'], 'cancelled'],
    ['state', ['retained', 'lost'], 'lost'],
    ['x', ['alive', 'dead'], 'dead'],
    ['is_active', ['active', 'inactive'], 'inactive'],
    ['retention', ['Retained', 'Churned'], 'Churned'],
    ['churn', ['not churned', 'churned'], 'churned'],
    ['churn', ['No churn', 'Churn'], 'Churn'],
    ['status', ['No longer active', 'Active'], 'No longer active'],
    ['Kundenstatus', ['aktiv', 'gekündigt'], 'gekündigt'],
    ['statut', ['Actif', 'Résilié'], 'Résilié'],
    ['estado', ['Vigente', 'Baja'], 'Baja'],
    ['status', ['Closed', 'Whatever'], 'Closed'],
    ['y', ['1: churned', '0: stayed'], '1: churned'],
    // A guess, which is noted.
    ['target', BITS, '1'],
    ['y', ['no', 'yes'], 'yes'],
    // Three and more.
    ['Customer Status', ['Joined', 'Churned', 'Stayed'], 'Churned'],
    ['status', ['active', 'trialing', 'canceled'], 'canceled'],
    ['Churn', ['Unknown', 'Yes', 'No'], 'Yes'],
    ['status', ['active', 'expired', 'cancelled'], 'cancelled,expired'],
    // Nobody can know.
    ['flag', BITS, 'asks'],
    ['status', BITS, 'asks'],
    ['outcome', BITS, 'asks'],
    ['customer', BITS, 'asks'],
    ['is_subscriber', BITS, 'asks'],
    ['Revenue', ['TRUE', 'FALSE'], 'asks'],
    ['status', ['A', 'B'], 'asks'],
    ['status', ['active', 'suspended'], 'asks'],
    ['status', ['active', 'past_due', 'canceled'], 'asks'],
    ['churn', ['1', '2'], 'asks'],
    ['retention', ['1', '2'], 'asks'],
    ['churn_prevented', BITS, 'asks'],
    ['retention_offer', BITS, 'asks'],
    ['loyalty_card', ['yes', 'no'], 'asks'],
    ['Attrition_Flag_Existing Customer', BITS, 'asks'],
    ['plus_actif', BITS, 'asks'],
    ['anti_churn', BITS, 'asks'],
    ['last_active', BITS, 'asks'],
    ['status', ['In active', 'Active'], 'asks'],
    ['status', ['Active - no contract', 'Closed'], 'Closed'],
    [
      'churn',
      ['Churned (voluntary)', 'Churned (involuntary)', 'No churn'],
      'Churned (involuntary),Churned (voluntary)',
    ],
    ['gender', ['f', 'm'], 'asks'],
    ['plan', ['0', '1', '2'], 'asks'],
  ])('reads %s of %j: left is %j', (name, values, left) => {
    expect(leftOf(name, values)).toBe(left);
    expect(leftOf(name, values.toReversed())).toBe(left);
  });

  it('turns the proposal round with the name, and asks in both cases or in neither', () => {
    const word = fc.constantFrom(
      'churned',
      'left',
      'cancelled',
      'active',
      'retained',
      'renewed',
      'aktiv',
      'inactive',
    );
    const pair = fc.constantFrom(BITS, ['yes', 'no'], ['true', 'false'], ['J', 'N'], ['1', '2'], ['a', 'b']);
    const around = fc.constantFrom('', 'is_', 'customer_', 'flag_', 'offer_');
    fc.assert(
      fc.property(word, pair, around, (name, values, before) => {
        const straight = leftOf(`${before}${name}`, values);
        const turned = leftOf(`${before}not_${name}`, values);
        if (straight === 'asks') expect(turned).toBe('asks');
        else expect([straight, turned].toSorted()).toEqual(values.toSorted());
      }),
    );
  });

  it('gives the same choice for the same rows and wishes', () => {
    const once = () => choose('Customer Status', ['Joined', 'Churned', 'Stayed']);
    expect(once()).toEqual(once());
  });
});

describe('chooseTarget, of three values and more', () => {
  const STATES = ['Joined', 'Churned', 'Stayed'];
  const textsOf = ({ positives, negatives, dropped }: TargetChoice) =>
    [positives, negatives, dropped].map((labels) => labels.map(({ text }) => text));

  it('leaves out who has only joined, and says so', () => {
    const choice = choose('Customer Status', STATES, { target: null });
    expect(textsOf(choice)).toEqual([['Churned'], ['Stayed'], ['Joined']]);
    expect(choice.notes).toEqual([
      expect.stringMatching(
        /^"Joined" \(10 rows\) says that the outcome is not known yet: .*--positive "Churned"/,
      ),
    ]);
  });

  it('takes all other values for stayed where one is asked for, and names each with its rows', () => {
    const choice = choose('Customer Status', STATES, { positive: 'Churned' });
    expect(textsOf(choice)).toEqual([['Churned'], ['Stayed', 'Joined'], []]);
    expect(choice.negative).toMatchObject({ text: 'Stayed', rows: 22 });
    expect(choice.notes).toEqual([
      expect.stringMatching(/"Stayed" \(12 rows\), "Joined" \(10 rows\) count as stayed.*--drop "Joined"/),
    ]);
  });

  it.each([
    [{ positive: 'Churned', drop: 'Joined' }, [['Churned'], ['Stayed'], ['Joined']]],
    [{ positive: 'Churned', negative: 'Stayed' }, [['Churned'], ['Stayed'], ['Joined']]],
    [{ positive: 'Churned', negative: 'Joined, Stayed' }, [['Churned'], ['Stayed', 'Joined'], []]],
    [{ positive: 'Churned,Joined' }, [['Churned', 'Joined'], ['Stayed'], []]],
    [{ negative: 'Stayed' }, [['Churned'], ['Stayed'], ['Joined']]],
    [{ drop: 'Joined' }, [['Churned'], ['Stayed'], ['Joined']]],
    [{ drop: 'Stayed', positive: 'Joined' }, [['Joined'], ['Churned'], ['Stayed']]],
  ])('does as asked: %j', (asked, expected) => {
    expect(textsOf(choose('Customer Status', STATES, asked))).toEqual(expected);
  });

  it('keeps what is left out already where it shows how to leave out more', () => {
    const { notes } = choose('x', ['Joined', 'Paused', 'Churned', 'Stayed'], {
      positive: 'Churned',
      drop: 'Joined',
    });
    expect(notes.join()).toContain('--drop "Joined,Paused"');
  });

  it('takes an option with a comma for one value where there is one', () => {
    const values = ['Left, unpaid', 'Here', 'Gone'];
    expect(textsOf(choose('x', values, { positive: 'Left, unpaid' }))[0]).toEqual(['Left, unpaid']);
    const both = ['Left, unpaid', 'Here', 'Left'];
    expect(() => choose('x', both, { positive: 'Left, unpaid' })).toThrow('may be one value');
  });

  it.each([
    [{ positive: 'churned' }, '--positive is "churned"'],
    [{ positive: 'Churned', negative: 'Stayed,Gone' }, '--negative is "Gone"'],
    [{ drop: 'Nobody' }, '--drop is "Nobody"'],
    [{ positive: 'Churned', negative: 'Churned' }, 'named by --positive and by --negative'],
    [{ positive: 'Churned', drop: 'Stayed,Joined' }, 'no value is left for "stayed"'],
    [{ positive: 'Churned,Stayed,Joined' }, 'no value is left for "stayed"'],
    [{ drop: 'Churned' }, 'none says that a client left. Say it: tidewatch init FILE'],
  ])('refuses what cannot be: %j', (asked, text) => {
    expect(() => choose('Customer Status', STATES, asked)).toThrow(text);
  });

  it('asks which of several values left where only some were said to have stayed', () => {
    const asked = { negative: 'Stayed' };
    expect(() => choose('x', ['A', 'B', 'Stayed'], asked)).toThrow(
      /Say it: .*--positive "A", or .*--positive "B"\. /,
    );
  });

  it('refuses a target of very many values, even where one is asked for', () => {
    const values = Array.from({ length: 60 }, (_, k) => `v${k}`);
    expect(() => choose('x', values, { positive: 'v3' })).toThrow('50 or more values');
  });

  it('takes, of columns that say the same, the one that has the values asked for', () => {
    const wishes = { target: null, positive: 'Yes' };
    const names = ['Churn Value', 'Churn Label'];
    const tally = new TableTally(names, { target: null, labels: wishes, rules: RULES, seed: 1 });
    for (let row = 0; row < 40; row++) tally.add(row % 4 === 0 ? ['1', 'Yes'] : ['0', 'No']);
    expect(chooseTarget(tally, wishes)).toMatchObject({ column: 1, positive: { text: 'Yes' } });
  });

  it('takes the word for the outcome before one of the ways to it, and asks between two of a kind', () => {
    const wishes = { target: null, positive: null };
    const choice = (names: readonly string[]): string | undefined => {
      const tally = new TableTally(names, { target: null, rules: RULES, seed: 1 });
      for (let row = 0; row < 40; row++) tally.add([String(Number(row % 4 === 0)), String(row % 2)]);
      return names[chooseTarget(tally, wishes).column];
    };
    expect(choice(['is_cancel', 'is_churn'])).toBe('is_churn');
    expect(choice(['attrition', 'terminated'])).toBe('attrition');
    expect(() => choice(['is_cancel', 'terminated'])).toThrow(/More than one column/);
    expect(() => choice(['is_churn', 'exited'])).toThrow(/More than one column/);
    expect(() => choice(['is_cancel', 'not_churned'])).not.toThrow(/"not_churned"/);
  });

  it('never proposes a column of two values that says nothing', () => {
    const wishes = { target: null, positive: null };
    const tally = new TableTally(['Gender', 'Plan'], { target: null, rules: RULES, seed: 1 });
    for (let row = 0; row < 20; row++) tally.add([row % 2 === 0 ? 'f' : 'm', `p${row % 3}`]);
    expect(() => chooseTarget(tally, wishes)).toThrow(/--target COLUMN --positive VALUE/);
    expect(() => chooseTarget(tally, wishes)).not.toThrow(/--target "/);
  });
});

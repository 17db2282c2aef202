import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAhead, isUsualTarget, nameMeaning, targetName } from './target-name.ts';

describe('targetName', () => {
  it.each([
    'churn',
    'Churn?',
    'CHURNED',
    'is_churned',
    'Exited',
    'left',
    'Attrition_Flag',
    'cancelled',
    'has-left',
    'churn_next_month',
    'telco_churn',
    'churn30d',
    'gekündigt',
    'résilié',
    'willchurn',
  ])('takes %s to say straight that a client left', (name) => expect(targetName(name)).toBe('direct'));
  it.each([
    'is_active',
    'IsActiveMember',
    'retained',
    'Active',
    'not_renewed',
    'inactive',
    'still_customer',
    'Kundenbindung',
  ])('takes %s to say it in a roundabout way', (name) => expect(targetName(name)).toBe('indirect'));
  it.each([
    'status',
    'Customer Status',
    'Customerstatus ',
    'target',
    'label',
    'Kundenstatus',
    'statut_client',
  ])('takes %s to say it perhaps', (name) => expect(targetName(name)).toBe('general'));
  it.each([
    'churn_reason',
    'Churn Score',
    'marital_status',
    'state',
    'minutes_left',
    'tenure',
    'activity',
    'days_left',
    'auto_renewal',
    'customer',
    'leave_balance',
    'churn_month',
    'radioactive',
  ])('does not take %s for a target', (name) => expect(targetName(name)).toBeNull());
});

describe('isAhead', () => {
  it.each([
    'churn_next_month',
    'ChurnNextMonth',
    'will_leave',
    'churn_in_30_days',
    'churned within 3 months',
  ])('finds that "%s" speaks of what comes after the row', (name) => {
    expect(isAhead(name)).toBe(true);
  });

  it.each(['churned', 'status', 'churn_30d', 'opted_in', 'in_arrears', 'willing', ''])(
    'does not of "%s"',
    (name) => {
      expect(isAhead(name)).toBe(false);
    },
  );
});

describe('isUsualTarget', () => {
  it('guesses what a target usually says, and nothing where a word may turn it round', () => {
    for (const name of ['target', 'y', 'Label', 'telco_churn', 'churn_kpi', 'Telekom Churned']) {
      expect([name, isUsualTarget(name)]).toEqual([name, true]);
    }
    const doubtful =
      'churn_prevented anti_churn churn_retained stop_churn churn_resistant no_churn_kpi rechurned';
    for (const name of ['status', 'outcome', 'flag', 'Churn Score', ...doubtful.split(' ')]) {
      expect([name, isUsualTarget(name)]).toEqual([name, false]);
    }
  });
});

describe('nameMeaning', () => {
  it.each([
    'churn_prevented',
    'saved_from_churn',
    'retention_offer_accepted',
    'loyalty_card',
    'not_never_churned',
    'churn_retained',
    'Attrition_Flag_Existing Customer',
    'flag',
    'status',
    'customer',
    'open_tickets',
    'plus_actif',
    'in_active',
    'last_active',
    'active_no_contract',
    'no_contract_active',
    'not_left_closed',
    'anti_churn',
    'telco_churn',
    'un cliente',
    'active_trial',
    'subscriber_type',
    '',
    '1',
  ])('knows nothing for certain from %j', (name) => expect(nameMeaning(name)).toBeNull());

  it('is turned round by one negation, and is the same in any case and with any separators', () => {
    const words = fc.constantFrom(
      ...([
        ['churned', 'left'],
        ['cancelled', 'left'],
        ['attrition', 'left'],
        ['active', 'stayed'],
        ['retained', 'stayed'],
        ['renewed', 'stayed'],
        ['loyal', 'stayed'],
        ['aktiv', 'stayed'],
        ['fidèle', 'stayed'],
        ['gekündigt', 'left'],
      ] as const),
    );
    const before = fc.constantFrom([], ['is'], ['customer'], ['has', 'client'], ['account']);
    const after = fc.constantFrom([], ['flag'], ['customer'], ['status'], ['yn']);
    const negation = fc.constantFrom('not', 'no', 'non', 'never');
    const separator = fc.constantFrom('_', ' ', '-', '.');
    fc.assert(
      fc.property(words, before, after, negation, separator, ([word, meaning], a, z, not, by) => {
        const turned = meaning === 'left' ? 'stayed' : 'left';
        for (const spell of [(text: string) => text, (text: string) => text.toUpperCase()]) {
          expect(nameMeaning(spell([...a, word, ...z].join(by)))).toBe(meaning);
          expect(nameMeaning(spell([...a, not, word, ...z].join(by)))).toBe(turned);
          expect(nameMeaning(spell([...a, not, not, word, ...z].join(by)))).toBeNull();
        }
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import {
  idRank,
  isCodeName,
  isCounterName,
  isKeyName,
  isNamedAfterOutcome,
  isPersonalName,
  nameWords,
  roleRank,
} from './column-names.ts';

describe('nameWords', () => {
  it('reads camel case, separators and capitals alike', () => {
    expect(nameWords('CustomerID')).toEqual(['customer', 'id']);
    expect(nameWords('customer_id')).toEqual(['customer', 'id']);
    expect(nameWords('CUSTOMER ID?')).toEqual(['customer', 'id']);
    expect(nameWords('IsActiveMember')).toEqual(['is', 'active', 'member']);
    expect(nameWords('größe (cm)')).toEqual(['größe', 'cm']);
  });
});

describe('names of suspects', () => {
  it('tells what is known only once a client left from what only sounds like it', () => {
    for (const name of [
      'Churn Reason',
      'exit_date',
      'cancellation_date',
      'Churn Score',
      'ReasonForLeaving',
    ]) {
      expect([name, isNamedAfterOutcome(name)]).toEqual([name, true]);
    }
    for (const name of ['cancelled_orders', 'minutes_left', 'tenure', 'exits_per_week']) {
      expect([name, isNamedAfterOutcome(name)]).toEqual([name, false]);
    }
  });
  it('tells ids, keys, counters, persons and codes apart', () => {
    expect([idRank('CustomerId'), idRank('corporation'), idRank('id'), idRank('plan_id')]).toEqual([
      2, 2, 1, 0,
    ]);
    expect([isKeyName('plan_id'), isKeyName('paid')]).toEqual([true, false]);
    expect([isCounterName('RowNumber'), isCounterName(''), isCounterName('row_total')]).toEqual([
      true,
      true,
      false,
    ]);
    expect([isPersonalName('Surname'), isPersonalName('email address'), isPersonalName('plan_name')]).toEqual(
      [true, true, false],
    );
    expect([isCodeName('Area code'), isCodeName('Number of products'), isCodeName('ZIP')]).toEqual([
      true,
      false,
      true,
    ]);
  });
  it('ranks names for the optional roles', () => {
    expect(roleRank('MonthlyCharges', 'value')).not.toBeNull();
    expect(roleRank('Balance', 'value')).toBeNull();
    expect(roleRank('Account Manager', 'owner')).not.toBeNull();
    expect(roleRank('snapshot_date', 'time')).not.toBeNull();
    expect(roleRank('signup_date', 'time')).toBeNull();
    for (const [role, names] of [
      [
        'owner',
        ['Betreuer', 'Kundenbetreuerin', 'Ansprechpartner', 'Conseiller', 'Chargé de clientèle', 'Gestor'],
      ],
      ['value', ['Monatsumsatz', 'Umsatz', 'Jahresbeitrag', "Chiffre d'affaires", 'Facturación mensual']],
      ['time', ['Stichtag', 'Auswertungsdatum', 'Date arrêté', "Date d'extraction", 'Fecha de corte']],
    ] as const) {
      for (const name of names) expect([name, roleRank(name, role)]).not.toEqual([name, null]);
    }
    for (const name of ['Umsatzsteuer', 'Betreuung', 'Date de naissance', 'Fecha de alta']) {
      expect((['owner', 'value', 'time'] as const).map((role) => roleRank(name, role))).toEqual([
        null,
        null,
        null,
      ]);
    }
    expect(roleRank('Geography', 'segment')).toBeLessThan(roleRank('Contract', 'segment') ?? -1);
  });
});

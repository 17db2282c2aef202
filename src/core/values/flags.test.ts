import { describe, expect, it } from 'vitest';
import { flagOf } from './flags.ts';

describe('flagOf', () => {
  it.each([
    'yes/no',
    'ja/nein',
    'oui/non',
    'Sí/No',
    'sì/no',
    'SIM/NÃO',
    'vrai/faux',
    'verdadero/falso',
    'tak/nie',
    'да/нет',
  ])('knows %s, in any case and however its accents are composed', (pair) => {
    const [yes = '', no = ''] = pair.split('/');
    for (const form of ['NFC', 'NFD'] as const) {
      expect(flagOf(yes.normalize(form).toUpperCase())).toBe(1);
      expect(flagOf(no.normalize(form).toLowerCase())).toBe(0);
    }
  });

  it.each(['', 'x', 'maybe', '1', '0', 'yesno', 'nope'])('knows nothing of %j', (text) => {
    expect(flagOf(text)).toBeNull();
  });
});

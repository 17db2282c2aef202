import { describe, expect, it } from 'vitest';
import { createRedaction, secretsOf } from './redact.ts';

describe('redaction', () => {
  const env = {
    TIDEWATCH_API_KEY: 'first-key-123, second-key-456',
    SHOP_DB: 'postgres://reader:p%40ssw0rd@db/shop',
    MAIN_DB: 'mysql://writer@server:hidden99@db/main',
    HOME: '/home/someone',
  };
  const redact = createRedaction(secretsOf(env));

  it.each([
    ['the key first-key-123 was wrong', 'the key *** was wrong'],
    ['second-key-456', '***'],
    ['cannot reach postgres://reader:p%40ssw0rd@db/shop', 'cannot reach postgres://reader:***@db/shop'],
    ['the password is p@ssw0rd now', 'the password is *** now'],
    ['access denied with hidden99', 'access denied with ***'],
    ['mysql://u:another@h/x failed', 'mysql://u:***@h/x failed'],
    ['mysql://u@server:another@h/x failed', 'mysql://u@server:***@h/x failed'],
    ['user=a password=b&sslmode=c', 'user=a password=***&sslmode=c'],
    ['{"token": "abc def", "rows": 3}', '{"token": ***, "rows": 3}'],
    ['Authorization: Bearer abc.def-123', 'Authorization: Bearer ***'],
  ])('hides what is secret in %s', (text, shown) => {
    expect(redact(text)).toBe(shown);
  });

  it('leaves all else as it is', () => {
    const text = 'part3.csv: 20 rows read, 19 kept; http://localhost:8000/docs, /home/someone, at 12:30:01';
    expect(redact(text)).toBe(text);
  });
});

/** Times of a table as whole microseconds since 1970, so that moments are compared exactly. */
import { parseTimeText } from '../../../../formats/csv/time-text.ts';
import type { Database } from '../database.ts';
import { identifier, literal } from '../sql.ts';

export const DAY_US = 86_400_000_000;

/** A date, or a date with a time of day and perhaps a zone: what `parseTimeText` reads. */
const ISO = '^\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2}([.,]\\d{1,9})?)?(Z|[+-]\\d{2}(:?\\d{2})?)?)?$';
/** Characters of a date with a time of day up to its microseconds. */
const MICROSECONDS = 26;
/** From here on there is the zone, if there is one. */
const AFTER_MINUTES = 17;

/**
 * A relation with the columns of `relation` and the moment of the named one, `row_moment`: NULL where it is missing or no
 * time. As `parseTimeText`, cut to microseconds; a text that names no zone is in UTC.
 */
export async function withMoments(database: Database, relation: string, column: string): Promise<string> {
  const text = identifier(column);
  const fast = momentSql(text);
  const rows = `(select *, ${fast} as row_fast from ${relation})`;
  // Such as the 60th second of a minute, which has to be read as everywhere else.
  const odd = (
    await database.texts(
      `select distinct ${text} from ${relation} where ${text} is not null and ${fast} is null`,
    )
  ).flatMap((each): (readonly [string, number])[] => {
    const moment = parseTimeText(each);
    return Number.isNaN(moment) ? [] : [[each, Math.floor(moment * 1000)]];
  });
  if (odd.length === 0) return `(select * exclude (row_fast), row_fast as row_moment from ${rows})`;
  const known = odd.map(([each, moment]) => `(${literal(each)}, ${moment}::bigint)`).join(', ');
  return (
    '(select a.* exclude (row_fast), coalesce(a.row_fast, b.moment) as row_moment ' +
    `from ${rows} a left join (values ${known}) b(each, moment) on a.${text} = b.each)`
  );
}

function momentSql(text: string): string {
  const zone = `regexp_extract(substr(${text}, ${AFTER_MINUTES}), '(Z|[+-]\\d{2}(:?\\d{2})?)$', 1)`;
  const digits = `replace(${zone}, ':', '')`;
  const minutes = `(substr(${digits}, 2, 2)::bigint * 60 + coalesce(nullif(substr(${digits}, 4), ''), '0')::bigint)`;
  const offset =
    `case when ${zone} in ('', 'Z') then 0 ` +
    `when ${zone} like '-%' then -${minutes} else ${minutes} end * 60000000`;
  const clock = `left(replace(left(${text}, length(${text}) - length(${zone})), ',', '.'), ${MICROSECONDS})`;
  // Most texts are plain, and a pattern takes most of the time: rows hold no text that is no time.
  const plain = `length(${text}) = 10 or (length(${text}) = 19 and substr(${text}, ${AFTER_MINUTES}, 1) = ':')`;
  return (
    `case when ${plain} then epoch_us(try_cast(${text} as timestamp)) ` +
    `when regexp_full_match(${text}, '${ISO}') ` +
    `then epoch_us(try_cast(${clock} as timestamp)) - (${offset}) end`
  );
}

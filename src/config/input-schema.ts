/** What config.json may say of how files are written, and of columns that are made of others. */
import { z } from 'zod';

const column = z.string().min(1);
const pair = z.tuple([column, column]);

/** Schema of `input`. */
export const inputSchema = z
  .strictObject({
    delimiter: z
      .enum([',', ';', '\t', '|'])
      .nullable()
      .default(null)
      .describe('Character between the fields of a CSV line. null: found in each file by its header.'),
    encoding: z
      .enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'iso-8859-15'])
      .nullable()
      .default(null)
      .describe('How a CSV file writes characters. null: found in each file.'),
    skip_lines: z
      .int()
      .min(0)
      .max(1000)
      .nullable()
      .default(null)
      .describe('Lines above the header of a CSV file or sheet, such as a title. null: found by the header.'),
    description_lines: z
      .int()
      .min(0)
      .max(10)
      .default(0)
      .describe('Lines under the header that describe the columns and are no rows.'),
    decimal: z.enum(['.', ',']).default('.').describe('Mark before the decimals of a number.'),
    thousands: z
      .enum([',', '.', ' ', "'"])
      .nullable()
      .default(null)
      .describe(
        'Mark between groups of three digits; a blank stands for every kind of blank, an apostrophe for both kinds. null: there is none.',
      ),
    dates: z
      .record(column, z.string().min(1))
      .default({})
      .describe(
        'How a column writes dates, as {"signup": "DD.MM.YYYY"}; "Dates" in docs/input-files.md has the letters. Columns that are not named: ISO 8601.',
      ),
    sheet: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe('Sheet of an Excel workbook. null: the first one with a header.'),
  })
  .refine(({ decimal, thousands }) => decimal !== thousands, {
    path: ['thousands'],
    message: 'is the mark before the decimals (`input.decimal`), so no number could be told',
  })
  .prefault({})
  .describe('How the files are written.');

/** What is said of a column that is made in none of the ways, or in several. */
const NO_SUCH_WAY =
  'expected one way to make it: {"days_since": DATE}, {"days_until": DATE}, {"month": DATE}, {"ratio": [COLUMN, COLUMN]}, {"difference": [COLUMN, COLUMN]}, {"change": COLUMN}, or {"events": "count", "sum" or "days_since_last", "days": 1 to 3650 or null, "type": TEXT or null}';

/** Schema of one column of `columns.derived`. */
export const derivedSchema = z
  .union(
    [
      z.strictObject({
        days_since: column.describe(
          'Days of the calendar (UTC) from this date to the time of the row, columns.time.',
        ),
      }),
      z.strictObject({ days_until: column.describe('Days from the time of the row to this date.') }),
      z.strictObject({ month: column.describe('Month of this date, 1 to 12.') }),
      z.strictObject({ ratio: pair.describe('The first column divided by the second.') }),
      z.strictObject({ difference: pair.describe('The first column less the second.') }),
      z.strictObject({ change: column.describe("The column less its value in the client's row before.") }),
      z.strictObject({
        events: z
          .enum(['count', 'sum', 'days_since_last'])
          .describe('What is made of the events of the client.'),
        days: z
          .int()
          .min(1)
          .max(3650)
          .nullable()
          .default(null)
          .describe('Only events of so many days before the time of the row. null: all before it.'),
        type: z
          .string()
          .min(1)
          .nullable()
          .default(null)
          .describe('Only events of this type. null: of all types.'),
      }),
    ],
    { error: NO_SUCH_WAY },
  )
  .describe('A numeric feature that is made of other columns or of events.');

/** How one column of `columns.derived` is made. */
export type DerivedConfig = z.output<typeof derivedSchema>;

/** Schema of `tables`. */
export const tablesSchema = z
  .strictObject({
    events: z
      .strictObject({
        path: z
          .string()
          .min(1)
          .nullable()
          .default(null)
          .describe('Folder with the files of events, read as input_folder_path is.'),
        source: z
          .string()
          .min(1)
          .nullable()
          .default(null)
          .describe('Name of the source (`sources`) whose rows are events, in place of a folder.'),
        id: column.describe('Column that names the client.'),
        time: column.describe('Column with the time of the event.'),
        type: column.nullable().default(null).describe('Column that says what happened.'),
        amount: column.nullable().default(null).describe('Column of numbers that may be summed.'),
        key: column
          .nullable()
          .default(null)
          .describe(
            'Column that tells apart events that are equal in all others, such as the number of an order. null: equal events are one event, delivered twice.',
          ),
      })
      .refine(({ path, source }) => (path === null) !== (source === null), {
        message: 'give one of "path" and "source"',
      })
      .nullable()
      .default(null)
      .describe('What clients did, one event a row.'),
  })
  .prefault({})
  .describe('Tables beside that of the clients.');

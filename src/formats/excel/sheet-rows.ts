/** Makes the cells of a sheet, as its XML comes, into rows of fields of a typed CSV. */
import { MAX_RECORD_BYTES } from '../csv/record-reader.ts';
import { NO_VALUE, TOO_LONG } from '../csv/typed-record-reader.ts';
import { serialTime, textField } from './cell-text.ts';
import type { Workbook } from './workbook.ts';
import { attribute, type XmlEvents } from './xml-scanner.ts';
import { damaged } from './zip-file.ts';

/** What Excel has at most. */
const MAX_ROWS = 1_048_576;
const MAX_COLUMNS = 16_384;
const NUMBER = /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Takes a row: its number in the sheet, from 1, and its fields up to the last that is not empty; sparse where cells are. */
export type OnRow = (row: number, fields: readonly (string | undefined)[]) => void;

/**
 * The events of the XML of a sheet (ECMA-376, 18.3.1.73). Texts come in quotes; numbers, `true`, `false`, dates in ISO
 * 8601 and errors (`#DIV/0!`) do not. `#N/A` is a missing value, a formula without its value an error.
 * Rows without a cell are not told. FileRefused for rows that do not ascend, and cells beyond what a sheet has.
 */
export class SheetRows implements XmlEvents {
  private readonly workbook: Pick<Workbook, 'texts' | 'dateStyles' | 'counts1904'>;
  private readonly onRow: OnRow;
  private row = 0;
  private fields: (string | undefined)[] = [];
  private characters = 0;
  private column = -1;
  private type = '';
  private style = 0;
  private value: string | null = null;
  private inline = '';
  private hasFormula = false;
  /** What a text is of: the value of a cell, a text within it, or nothing that counts. */
  private place: 'value' | 'text' | null = null;
  private isInline = false;
  private isSound = false;
  private isData = false;
  private isRow = false;
  private isWhole = false;

  constructor(workbook: Pick<Workbook, 'texts' | 'dateStyles' | 'counts1904'>, onRow: OnRow) {
    this.workbook = workbook;
    this.onRow = onRow;
  }

  open(name: string, attributes: string): void {
    if (!this.isData) {
      if (name === 'sheetData') this.isData = true;
      return;
    }
    switch (name) {
      case 'c':
        this.openCell(attributes);
        return;
      case 'v':
        this.value ??= '';
        this.place = 'value';
        return;
      case 'row':
        this.openRow(attributes);
        return;
      case 'f':
        this.hasFormula = true;
        return;
      case 'is':
        this.isInline = true;
        return;
      case 't':
        if (this.isInline && !this.isSound) this.place = 'text';
        return;
      case 'rPh':
        this.isSound = true;
        return;
      default:
    }
  }

  /** Call at the end. FileRefused where the last row, or the table, has no end. */
  end(): void {
    if (!this.isWhole || this.isRow) throw damaged('its cells have no end');
  }

  text(text: string): void {
    if (this.place === 'value') this.value += text;
    else if (this.place === 'text') this.inline += text;
  }

  close(name: string): void {
    switch (name) {
      case 'v':
      case 't':
        this.place = null;
        return;
      case 'c':
        if (this.isData) this.closeCell();
        return;
      case 'row':
        if (this.isRow && this.fields.length > 0) this.onRow(this.row, this.fields);
        this.isRow = false;
        return;
      case 'is':
        this.isInline = false;
        return;
      case 'rPh':
        this.isSound = false;
        return;
      case 'sheetData':
        this.isData = false;
        this.isWhole = true;
        return;
      default:
    }
  }

  private openRow(attributes: string): void {
    const row = attributes === '' ? undefined : attribute(attributes, 'r');
    const number = row === undefined ? this.row + 1 : Number(row);
    if (!Number.isInteger(number) || number <= this.row || number > MAX_ROWS) {
      throw damaged(`row ${String(row).slice(0, 20)} comes after row ${this.row}`);
    }
    if (this.isRow) throw damaged(`row ${this.row} has no end`);
    this.isRow = true;
    this.row = number;
    this.fields = [];
    this.characters = 0;
    this.column = -1;
  }

  private openCell(attributes: string): void {
    this.type = '';
    this.style = 0;
    this.value = null;
    this.inline = '';
    this.hasFormula = false;
    let column = this.column + 1;
    // As `attribute` reads them, all of them at once: a sheet has millions.
    for (let at = 0; ; ) {
      const equals = attributes.indexOf('=', at);
      if (equals < 0) break;
      let open = equals + 1;
      while (attributes.charCodeAt(open) <= 32) open++;
      const mark = attributes.charAt(open);
      const end = mark === '"' || mark === "'" ? attributes.indexOf(mark, open + 1) : -1;
      if (end < 0) throw damaged('a cell has an attribute without quotes');
      const name = attributes.slice(at, equals).trim();
      if (name === 'r') column = columnOf(attributes, open + 1, end);
      else if (name === 't') this.type = attributes.slice(open + 1, end);
      else if (name === 's') this.style = Number(attributes.slice(open + 1, end));
      at = end + 1;
    }
    if (column < 0 || column >= MAX_COLUMNS)
      throw damaged(`a cell of row ${this.row} has no place in a sheet`);
    this.column = column;
  }

  private closeCell(): void {
    const field = this.field();
    if (field === '') return;
    const { fields, column } = this;
    this.characters += field.length;
    if (this.characters > MAX_RECORD_BYTES) {
      // The row is refused as such, whatever else is in it.
      this.fields = [TOO_LONG];
      return;
    }
    if (fields[column] !== undefined) throw damaged(`row ${this.row} has a cell twice`);
    fields[column] = field;
  }

  private field(): string {
    const { type, value } = this;
    if (type === 'inlineStr') return textField(this.inline);
    if (value === null || (value === '' && type !== 'str')) return this.hasFormula ? NO_VALUE : '';
    switch (type) {
      case 's':
        return this.workbook.texts.field(Number(value));
      case 'str':
        return textField(value);
      case 'b':
        return value === '1' || value === 'true' ? 'true' : 'false';
      case 'e':
        return value === '#N/A' ? '' : /^#[\w/!?]{1,40}$/.test(value) ? value : '#ERROR!';
      case 'd':
        return textField(value);
      default:
        return this.number(value);
    }
  }

  private number(value: string): string {
    if (!NUMBER.test(value)) return textField(value);
    if (this.workbook.dateStyles[this.style] !== true) return value;
    return serialTime(Number(value), this.workbook.counts1904) ?? value;
  }
}

/** The column of a reference such as `AB12`, from 0; -1 where it has none. */
function columnOf(text: string, from: number, to: number): number {
  let column = 0;
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i) & ~32;
    if (c < 65 || c > 90 || column > MAX_COLUMNS) break;
    column = column * 26 + c - 64;
  }
  return column - 1;
}

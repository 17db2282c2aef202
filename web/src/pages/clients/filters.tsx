/** The filters of the list of clients: each is a part of the address, so that a list can be shared. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Risks } from '../../../../src/server/contract.ts';
import { formatPercent } from '../../format/numbers.ts';
import { changeQuery, route } from '../../routing/route.ts';

export function ClientFilters({ risks }: { readonly risks: Risks | null }) {
  const { query } = route.value;
  const change = (key: string) => (event: { readonly currentTarget: HTMLSelectElement }) =>
    changeQuery({ [key]: event.currentTarget.value, offset: null });
  return (
    <search class="row screen-only">
      <SearchField />
      <Choice label="Owner" name="owner" options={risks?.owners ?? []} onChange={change('owner')} />
      <Choice label="Segment" name="segment" options={risks?.segments ?? []} onChange={change('segment')} />
      <label class="field">
        Risk
        <select value={query.get('minRisk') ?? ''} onChange={change('minRisk')}>
          <option value="">any</option>
          {risks !== null && <option value={risks.threshold}>above the threshold</option>}
          {[0.5, 0.7, 0.9].map((risk) => (
            <option key={risk} value={risk}>
              at least {formatPercent(risk)}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        Order
        <select value={query.get('sort') ?? 'expected-loss'} onChange={change('sort')}>
          <option value="expected-loss">expected loss</option>
          <option value="risk">risk</option>
        </select>
      </label>
    </search>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly name: string;
  readonly options: readonly string[];
  readonly onChange: (event: { readonly currentTarget: HTMLSelectElement }) => void;
}

/** Nothing where the data has no such column. */
function Choice({ label, name, options, onChange }: ChoiceProps) {
  const chosen = route.value.query.get(name) ?? '';
  if (options.length === 0 && chosen === '') return null;
  const all = options.includes(chosen) || chosen === '' ? options : [chosen, ...options];
  return (
    <label class="field">
      {label}
      <select value={chosen} onChange={onChange}>
        <option value="">all</option>
        {all.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}

const TYPING_MS = 250;

/** Searches when the typing rests; an address that asks for something else is followed. */
function SearchField() {
  const asked = route.value.query.get('q') ?? '';
  const [text, setText] = useState(asked);
  const sent = useRef(asked);
  useEffect(() => {
    if (asked === sent.current) return;
    sent.current = asked;
    setText(asked);
  }, [asked]);
  useEffect(() => {
    if (text.trim() === asked) return;
    const rest = setTimeout(() => {
      sent.current = text.trim();
      changeQuery({ q: sent.current, offset: null });
    }, TYPING_MS);
    return () => clearTimeout(rest);
  }, [text, asked]);
  return (
    <label class="field">
      Search
      <input
        type="search"
        value={text}
        placeholder="part of a client's id"
        onInput={(event) => setText(event.currentTarget.value)}
      />
    </label>
  );
}

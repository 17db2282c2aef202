/** The parts of a page, each with an address of its own. */
import { href, route } from '../routing/route.ts';

interface Props {
  readonly label: string;
  readonly page: string;
  /** Name in the address (empty: the page itself) and title. */
  readonly tabs: readonly (readonly [name: string, title: string])[];
}

export function Tabs({ label, page, tabs }: Props) {
  const here = route.value.path[1] ?? '';
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(([name, title]) => (
        <a
          key={name}
          href={href(name === '' ? [page] : [page, name])}
          {...(name === here ? { 'aria-current': 'page' as const } : {})}
        >
          {title}
        </a>
      ))}
    </nav>
  );
}

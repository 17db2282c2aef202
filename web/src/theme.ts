/** Light or dark: as the system says, until the reader chooses. */
import { computed, effect, signal } from '@preact/signals';

type Theme = 'light' | 'dark';

const PLACE = 'tidewatch-theme';
const system = matchMedia('(prefers-color-scheme: dark)');

const systemTheme = signal<Theme>(system.matches ? 'dark' : 'light');
system.addEventListener('change', () => {
  systemTheme.value = system.matches ? 'dark' : 'light';
});

const stored = localStorage.getItem(PLACE);
const chosen = signal<Theme | null>(stored === 'light' || stored === 'dark' ? stored : null);

export const theme = computed<Theme>(() => chosen.value ?? systemTheme.value);

/** Changes to the other one; back to that of the system, the choice is forgotten. */
export function toggleTheme(): void {
  const next = theme.value === 'light' ? 'dark' : 'light';
  chosen.value = next === systemTheme.value ? null : next;
  if (chosen.value === null) localStorage.removeItem(PLACE);
  else localStorage.setItem(PLACE, next);
}

effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
});

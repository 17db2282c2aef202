/** The frames of a page: its head, and panels with a title, a line of explanation and what can be done. */
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

interface HeadProps {
  readonly title: string;
  readonly about?: ComponentChildren;
  readonly children?: ComponentChildren;
}

/** The title of a page, also of the browser's tab; the children are what can be done on it. */
export function PageHead({ title, about, children }: HeadProps) {
  useEffect(() => {
    document.title = `${title} · Tidewatch`;
  }, [title]);
  return (
    <header class="page-head">
      <div class="stack tight">
        <h1>{title}</h1>
        {about !== undefined && <p>{about}</p>}
      </div>
      {children !== undefined && <div class="row">{children}</div>}
    </header>
  );
}

export function Panel({
  title,
  about,
  children,
  actions,
}: HeadProps & { readonly actions?: ComponentChildren }) {
  return (
    <section class="panel" aria-label={title}>
      <div class="panel-head">
        <h2>{title}</h2>
        {actions}
      </div>
      {about !== undefined && <p class="about">{about}</p>}
      {children}
    </section>
  );
}

interface FactProps {
  readonly title: string;
  readonly value: ComponentChildren;
  readonly children?: ComponentChildren;
}

/** One number or word with its name above and what it means below. */
export function Fact({ title, value, children }: FactProps) {
  return (
    <div class="fact">
      <h2>{title}</h2>
      <p class="value">{value}</p>
      {children !== undefined && <div class="more">{children}</div>}
    </div>
  );
}

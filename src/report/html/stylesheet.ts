/** The look of the HTML report: light and dark, wide and narrow, and on paper. */
import { darkOf } from '../charts/theme.ts';
import { colourName } from './inline-svg.ts';

const PAGE = `
*{box-sizing:border-box}
html{color-scheme:light dark;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main,header,footer,nav{max-width:61rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2.5rem}
.brand{margin:0;color:var(--accent);font-weight:700;letter-spacing:.06em;text-transform:uppercase;font-size:.8rem}
h1{margin:.15rem 0 0;font-size:2rem;line-height:1.2}
.about{margin:.35rem 0 1.25rem;color:var(--quiet)}
nav ul{display:flex;flex-wrap:wrap;gap:.35rem 1.1rem;margin:0;padding:.7rem 0;list-style:none;border:solid var(--line);border-width:1px 0}
a{color:var(--accent);text-underline-offset:.15em}
a:focus-visible,.scroll:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
h2{margin:2.75rem 0 .75rem;padding-bottom:.3rem;border-bottom:2px solid var(--accent);font-size:1.4rem;line-height:1.3}
h3{margin:1.75rem 0 .4rem;font-size:1.05rem}
p,li{max-width:46rem;overflow-wrap:anywhere}
p{margin:.6rem 0}
ul{padding-left:1.3rem}
.callout{margin:1rem 0;padding:.8rem 1rem;border-left:5px solid var(--accent);background:var(--wash);border-radius:0 6px 6px 0}
.callout.attention{border-left-color:var(--warn)}
.callout p{margin:0}
.callout strong{display:block}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(11.5rem,1fr));gap:.75rem;margin:1rem 0}
.facts>div{padding:.75rem .9rem;border:1px solid var(--line);border-radius:6px}
.facts dt{color:var(--quiet);font-size:.82rem}
.facts dd{margin:0;overflow-wrap:anywhere}
.facts .value{font-size:1.4rem;font-weight:700;line-height:1.35;font-variant-numeric:tabular-nums}
.facts .note{color:var(--quiet);font-size:.82rem}
.scroll{margin:1.1rem 0;overflow-x:auto}
table{border-collapse:collapse;min-width:100%;font-size:.88rem;font-variant-numeric:tabular-nums}
caption{padding:0 0 .4rem;text-align:left;font-weight:700}
th,td{padding:.38rem .7rem .38rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
thead th{border-bottom:2px solid var(--quiet);font-size:.82rem;white-space:nowrap}
tbody th{font-weight:600}
.right{text-align:right;white-space:nowrap}
.wide{overflow-wrap:anywhere;min-width:12rem}
th:not(.wide),td:not(.wide){max-width:22rem;overflow-wrap:break-word}
.more{color:var(--quiet);font-style:italic}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1.25rem 2rem;margin:1.1rem 0}
figure{margin:0;min-width:0}
figcaption strong{display:block}
figcaption{font-size:.88rem;color:var(--quiet);margin-bottom:.4rem}
figcaption strong{color:var(--ink)}
svg{display:block;width:100%;height:auto;font-family:"DejaVu Sans",Verdana,system-ui,sans-serif}
footer{margin-top:3rem;padding-top:1rem;padding-bottom:2.5rem;border-top:1px solid var(--line);color:var(--quiet);font-size:.85rem}
@media (max-width:34rem){body{font-size:15px}header{padding-top:1.5rem}h1{font-size:1.6rem}.facts{grid-template-columns:1fr 1fr}.facts .value{font-size:1.15rem}table{font-size:.82rem}thead th,.right{white-space:normal}th,td{padding-right:.5rem}.wide{min-width:11rem}}
@media print{@page{size:A4;margin:16mm}body{font-size:10pt}nav{display:none}main,header,footer{max-width:none;padding-left:0;padding-right:0}h2{break-after:avoid}figure,tr,.facts,.callout{break-inside:avoid}.scroll{overflow:visible}thead{display:table-header-group}h3,caption{break-after:avoid}}
`.trim();

const LIGHT = {
  paper: '#ffffff',
  ink: '#1b1f24',
  quiet: '#57606a',
  line: '#d7dce1',
  wash: '#f2f6fa',
  accent: '#005a8f',
  warn: '#b34700',
};
const DARK = {
  paper: '#14191f',
  ink: '#e6edf3',
  quiet: '#9aa7b4',
  line: '#333d47',
  wash: '#1c242d',
  accent: '#6cc0f0',
  warn: '#f0884a',
};

/** The style sheet, with both themes' values of the colours that drawings use. Paper is always white. */
export function stylesheet(drawn: Iterable<string>): string {
  const colours = [...new Set(drawn)].toSorted();
  const light = [...named(LIGHT), ...colours.map((colour) => `${colourName(colour)}:${colour}`)];
  const dark = [...named(DARK), ...colours.map((colour) => `${colourName(colour)}:${darkOf(colour)}`)];
  return `:root{${light.join(';')}}@media screen and (prefers-color-scheme:dark){:root{${dark.join(';')}}}${PAGE}`;
}

function named(colours: Readonly<Record<string, string>>): string[] {
  return Object.entries(colours).map(([name, colour]) => `--${name}:${colour}`);
}

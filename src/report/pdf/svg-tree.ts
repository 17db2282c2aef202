/** Reads a drawing back as a tree: the small part of SVG that charts are drawn in, as Vega writes it. */

export interface SvgNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly SvgNode[];
  /** Text directly inside; empty where there is none. */
  readonly text: string;
}

interface OpenNode extends SvgNode {
  readonly children: SvgNode[];
  text: string;
}

const TOKEN = /<(\/?)([a-zA-Z]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>|([^<]+)/gy;

/** The root of the document. Throws where the text is not of this form, with the place. */
export function parseSvg(svg: string): SvgNode {
  const root: OpenNode = { name: '', attributes: {}, children: [], text: '' };
  const open: OpenNode[] = [root];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < svg.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(svg);
    const parent = open.at(-1);
    if (token === null || parent === undefined)
      throw new Error(`no SVG as charts write it, at character ${at}`);
    const [, closing, name = '', attributes = '', empty, text] = token;
    if (text !== undefined) parent.text += unescapeXml(text);
    else if (closing === '/') open.pop();
    else {
      const node: OpenNode = { name, attributes: attributesOf(attributes), children: [], text: '' };
      parent.children.push(node);
      if (empty !== '/') open.push(node);
    }
  }
  const [svgNode] = root.children;
  if (svgNode?.name !== 'svg' || open.length !== 1)
    throw new Error('no SVG as charts write it: it does not end');
  return svgNode;
}

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/\s([\w:-]+)="([^"]*)"/g))
    found[name] = unescapeXml(value);
  return found;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return ENTITIES[name] ?? whole;
  });
}

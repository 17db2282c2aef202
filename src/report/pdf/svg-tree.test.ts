import { describe, expect, it } from 'vitest';
import { exampleValues } from '../../../test/example-report.ts';
import { CHARTS } from '../charts/catalogue.ts';
import { CHART_NAMES } from '../charts/chart-names.ts';
import { renderChart } from '../charts/render-chart.ts';
import { parseSvg, type SvgNode } from './svg-tree.ts';

/** What `drawPicture` can draw. */
const DRAWN = new Set(['svg', 'g', 'path', 'rect', 'line', 'text', 'tspan']);

function* nodesOf(node: SvgNode): Generator<SvgNode> {
  yield node;
  for (const child of node.children) yield* nodesOf(child);
}

describe('parseSvg', () => {
  it('gives elements, attributes and texts, with what stands for marks put back', () => {
    const svg =
      '<svg width="1"><g fill="none"><text x="2">a &lt;b&gt; &amp;#1 &#8211;</text><path d=""/></g></svg>';
    expect(parseSvg(svg)).toEqual({
      name: 'svg',
      attributes: { width: '1' },
      text: '',
      children: [
        {
          name: 'g',
          attributes: { fill: 'none' },
          text: '',
          children: [
            { name: 'text', attributes: { x: '2' }, children: [], text: 'a <b> &#1 –' },
            { name: 'path', attributes: { d: '' }, children: [], text: '' },
          ],
        },
      ],
    });
  });

  it.each(['', 'text', '<svg>', '<svg a=1></svg>', '<g></g>', '<svg><!-- --></svg>'])(
    'refuses %j',
    (text) => {
      expect(() => parseSvg(text)).toThrow(/no SVG as charts write it/);
    },
  );

  it.each(CHART_NAMES)('reads the chart %s, which uses no element that the PDF cannot draw', async (name) => {
    const tree = parseSvg(await renderChart(CHARTS[name].draw(exampleValues())));
    const names = new Set([...nodesOf(tree)].map((node) => node.name));
    expect([...names].filter((each) => !DRAWN.has(each))).toEqual([]);
    for (const { attributes } of nodesOf(tree)) {
      expect(attributes['transform'] ?? '').toMatch(/^((translate|rotate)\([-\d.,e]+\) ?)*$/);
      expect(attributes['clip-path']).toBeUndefined();
    }
  });
});

import { cellsOf, layersOf, mixed, moversOf, streamsOf, surprise, timesOf } from './figures';
import { layerAt } from './over-time';

const DAY = 86_400_000;
const SINCE = '2026-01-05T00:00:00Z';
const UNTIL = '2026-01-08T00:00:00Z';
const counted = (more: object): never =>
  ({ count: 1, outcome: 'bounced', category: 'mailbox_full', fault: 'recipient', time: SINCE, ...more }) as never;

describe('figures of the dashboard', () => {
  const times = timesOf(SINCE, UNTIL, 86_400);

  it('has a time for every piece, also where nothing happened', () => {
    expect(times).toEqual([0, 1, 2].map((day) => Date.parse(SINCE) + day * DAY));
  });

  it('stacks failures by fault, and leaves deliveries out', () => {
    const layers = layersOf(
      [
        counted({ category: 'network', fault: 'transport', count: 9 }),
        counted({ count: 2 }),
        counted({ count: 3, outcome: 'deferred', time: '2026-01-07T00:00:00Z' }),
        counted({ count: 99, outcome: 'delivered', category: 'delivered', fault: 'none' }),
      ],
      times,
    );
    expect(layers.map((layer) => [layer.category, layer.counts])).toEqual([
      ['mailbox_full', [2, 0, 3]],
      ['network', [9, 0, 0]],
    ]);
  });

  it('finds the layer under the pointer', () => {
    const layers = layersOf(
      [counted({ count: 2 }), counted({ category: 'network', fault: 'transport', count: 3 })],
      times,
    );
    expect(layerAt(layers, 0, 1.5)?.category).toBe('mailbox_full');
    expect(layerAt(layers, 0, 4)?.category).toBe('network');
    expect(layerAt(layers, 0, 6)).toBeNull();
  });

  it('puts what changed beyond chance first', () => {
    const at = (provider: string, count: number): never => counted({ provider, count });
    const cells = cellsOf(
      [at('gmx', 400), at('webde', 52), at('yahoo', 1)],
      [at('gmx', 100), at('webde', 50), at('yahoo', 30)],
    );
    expect(moversOf(cells, 5).map((cell) => cell.provider)).toEqual(['gmx', 'yahoo']);
    expect(surprise(cells[1] as never)).toBeLessThan(1);
  });

  it('counts streams, the largest first', () => {
    const rows = streamsOf(
      [
        counted({ stream: 'order', count: 2 }),
        counted({ stream: 'news', outcome: 'delivered', count: 8 }),
        counted({ stream: 'news' }),
      ],
      times,
    );
    expect(rows.map((row) => [row.stream, row.events, row.delivered, row.bounced])).toEqual([
      ['news', 9, 8, 1],
      ['order', 2, 0, 2],
    ]);
  });

  it('mixes colours', () => {
    expect(mixed('#000000', '#ffffff', 0.5)).toBe('#808080');
  });
});

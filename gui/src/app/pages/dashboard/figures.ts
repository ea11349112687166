import { Counted } from '../../../api/models';
import { FAULTS, hueOf } from '../../ui/fault';

/** Reports of failures and deferrals; deliveries and what people do themselves are none. */
const FAILING = new Set(['bounced', 'deferred']);

/** With less than this share of the events, the time before was not recorded in full. */
const COMPARABLE = 0.2;

/** Whether the time before was recorded as well; else nothing can be said about changes. */
export function comparable(events: number, before: number): boolean {
  return before > COMPARABLE * events;
}

export interface Cell {
  provider: string;
  category: string;
  fault: string;
  count: number;
  before: number;
}

/** One category over time; `counts` has a value for each of the times. */
export interface Layer {
  category: string;
  fault: string;
  total: number;
  counts: number[];
}

export interface StreamRow {
  stream: string;
  events: number;
  delivered: number;
  deferred: number;
  bounced: number;
  trend: number[];
}

/** The begins of all pieces of a time, also of those in which nothing happened (milliseconds). */
export function timesOf(since: string, until: string, step: number): number[] {
  const size = step * 1000;
  const times: number[] = [];
  for (let at = Math.floor(Date.parse(since) / size) * size; at < Date.parse(until); at += size) times.push(at);
  return times;
}

/** Failures by category over time, in the order of faults, the largest category of each first. */
export function layersOf(items: readonly Counted[], times: readonly number[]): Layer[] {
  const at = new Map(times.map((time, index) => [time, index]));
  const layers = new Map<string, Layer>();
  for (const item of items) {
    if (!FAILING.has(item.outcome ?? '') || !item.category) continue;
    const index = at.get(Date.parse(item.time ?? ''));
    if (index === undefined) continue;
    const layer = layers.get(item.category) ?? {
      category: item.category,
      fault: item.fault ?? 'none',
      total: 0,
      counts: times.map(() => 0),
    };
    layer.counts[index] = (layer.counts[index] ?? 0) + item.count;
    layer.total += item.count;
    layers.set(item.category, layer);
  }
  return [...layers.values()].sort((one, other) => rank(one) - rank(other) || other.total - one.total);
}

/** Failures by provider and category, beside those of the time before. */
export function cellsOf(now: readonly Counted[], before: readonly Counted[]): Cell[] {
  const cells = new Map<string, Cell>();
  const add = (items: readonly Counted[], field: 'count' | 'before'): void => {
    for (const { outcome, category, fault, provider, count } of items) {
      if (!FAILING.has(outcome ?? '') || !category) continue;
      const key = `${provider ?? ''}\n${category}`;
      const cell = cells.get(key) ?? {
        provider: provider ?? '',
        category,
        fault: fault ?? 'none',
        count: 0,
        before: 0,
      };
      cell[field] += count;
      cells.set(key, cell);
    }
  };
  add(now, 'count');
  add(before, 'before');
  return [...cells.values()];
}

/** What changed most, the most surprising first: changes measured in what chance alone would bring (root of the count). */
export function moversOf(cells: readonly Cell[], most: number): Cell[] {
  return cells
    .map((cell) => ({ cell, weight: Math.abs(surprise(cell)) }))
    .filter((each) => each.weight > 2)
    .sort((one, other) => other.weight - one.weight)
    .slice(0, most)
    .map((each) => each.cell);
}

/** How far a count is from that of the time before, in standard deviations of a Poisson count. */
export function surprise({ count, before }: Cell): number {
  return (count - before) / Math.sqrt(Math.max(1, count + before));
}

export function streamsOf(items: readonly Counted[], times: readonly number[]): StreamRow[] {
  const at = new Map(times.map((time, index) => [time, index]));
  const rows = new Map<string, StreamRow>();
  for (const { stream, outcome, count, time } of items) {
    const name = stream ?? '';
    const row = rows.get(name) ?? {
      stream: name,
      events: 0,
      delivered: 0,
      deferred: 0,
      bounced: 0,
      trend: times.map(() => 0),
    };
    row.events += count;
    if (outcome === 'delivered' || outcome === 'deferred' || outcome === 'bounced') row[outcome] += count;
    const index = at.get(Date.parse(time ?? ''));
    if (outcome === 'bounced' && index !== undefined) row.trend[index] = (row.trend[index] ?? 0) + count;
    rows.set(name, row);
  }
  return [...rows.values()].sort((one, other) => other.events - one.events);
}

/** Shades of a fault's colour for its categories: the largest keeps the colour itself. */
export function shades(layers: readonly Layer[], ink: (name: string) => string): string[] {
  const seen = new Map<string, number>();
  return layers.map((layer) => {
    const hue = hueOf(layer.category, layer.fault);
    const number = seen.get(hue) ?? 0;
    seen.set(hue, number + 1);
    return mixed(ink(hue), ink('panel'), Math.min(0.6, number * 0.16));
  });
}

function rank(layer: Layer): number {
  return FAULTS.indexOf(hueOf(layer.category, layer.fault) as (typeof FAULTS)[number]);
}

/** Two `#rrggbb` colours; `share` of the second. */
export function mixed(one: string, other: string, share: number): string {
  const parts = [1, 3, 5].map((at) => {
    const [a, b] = [parseInt(one.slice(at, at + 2), 16), parseInt(other.slice(at, at + 2), 16)];
    return Math.round(a + (b - a) * share)
      .toString(16)
      .padStart(2, '0');
  });
  return `#${parts.join('')}`;
}

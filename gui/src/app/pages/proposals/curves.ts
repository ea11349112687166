import { Recommendation } from '../../../api/models';

type Reached = NonNullable<Recommendation['recommended']>;

export interface Curve {
  /** Between the first and the last failure, at least. */
  days: number;
  /** Failures, and the share that lived on. */
  points: [number, number][];
}

/** For each span of days how the share of the living falls with the failures; a curve of one point is none. */
export function curvesOf(
  states: readonly Pick<Reached, 'name' | 'days' | 'failures' | 'alive'>[],
  name: string | null,
): Curve[] {
  const spans = new Map<number, [number, number][]>();
  for (const state of states) {
    if (state.name === name) {
      spans.set(state.days, [...(spans.get(state.days) ?? []), [state.failures, state.alive]]);
    }
  }
  return [...spans]
    .map(([days, points]) => ({ days, points: points.sort((one, other) => one[0] - other[0]) }))
    .filter((curve) => curve.points.length > 1)
    .sort((one, other) => one.days - other.days);
}

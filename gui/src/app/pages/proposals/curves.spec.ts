import { curvesOf } from './curves';

describe('curvesOf', () => {
  const state = (name: string, failures: number, days: number, alive: number) => ({ name, failures, days, alive });

  it('makes a curve of each span, in order, of one name alone', () => {
    const states = [
      state('a', 3, 0, 0.1),
      state('a', 1, 0, 0.5),
      state('b', 1, 0, 0.9),
      state('a', 2, 7, 0.05),
      state('a', 3, 7, 0.02),
    ];
    expect(curvesOf(states, 'a')).toEqual([
      {
        days: 0,
        points: [
          [1, 0.5],
          [3, 0.1],
        ],
      },
      {
        days: 7,
        points: [
          [2, 0.05],
          [3, 0.02],
        ],
      },
    ]);
  });

  it('draws no curve through a single point', () => {
    expect(curvesOf([state('a', 1, 0, 0.5)], 'a')).toEqual([]);
    expect(curvesOf([], null)).toEqual([]);
  });
});

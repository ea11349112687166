import { trendsOf } from './store';

describe('hits of rules', () => {
  it('has a value for each day, and leaves out what lies outside', () => {
    const trends = trendsOf(
      [
        { rule: 'a', time: '2026-01-05T00:00:00Z', count: 3 },
        { rule: 'a', time: '2026-01-07T00:00:00Z', count: 1 },
        { rule: 'b', time: '2026-01-06T00:00:00Z', count: 2 },
        { rule: 'b', time: '2025-12-31T00:00:00Z', count: 9 },
        { time: '2026-01-06T00:00:00Z', count: 5 },
      ],
      '2026-01-05T00:00:00Z',
      '2026-01-08T00:00:00Z',
    );
    expect([...trends]).toEqual([
      ['a', [3, 0, 1]],
      ['b', [0, 2, 0]],
    ]);
  });
});

import { partsOf } from './costs';

const rates = { region: 'eu-central-1', dated: '2026-09', million_delivered: 0.02, million_others: 1, day: 0.07 };
const times = { since: null, until: null, euros: 0, month: 0, rates };

describe('partsOf', () => {
  it('names what dominates first', () => {
    const parts = partsOf({ ...times, delivered: 50_000_000, others: 3_000_000, standing: 0.5 });
    expect(parts.map(({ name, euros }) => [name, Number(euros.toFixed(4))])).toEqual([
      ['others', 3],
      ['delivered', 1],
      ['standing', 0.5],
    ]);
    expect(partsOf({ ...times, delivered: 0, others: 0, standing: 0.07 })[0]?.name).toBe('standing');
  });
});

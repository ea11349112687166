import { isMonth, monthAt, nameOf, pointsOf, shifted } from './months';

describe('months', () => {
  it('are shifted over the turn of a year', () => {
    expect(shifted('2026-12', 1)).toBe('2027-01');
    expect(shifted('2026-01', -1)).toBe('2025-12');
    expect(shifted('2026-03', -14)).toBe('2025-01');
  });

  it('are those of UTC', () => {
    expect(monthAt(Date.parse('2026-02-01T00:30:00+01:00'))).toBe('2026-01');
  });

  it('are known from what is none', () => {
    expect(['2026-10', '2026-13', '2026-1', 'x'].map((each) => isMonth(each))).toEqual([true, false, false, false]);
  });

  it('have names, and changes have signs', () => {
    expect(nameOf('2026-10', 'de-DE')).toBe('Oktober 2026');
    expect([0.001, -0.02, 0].map((each) => pointsOf(each, 'en-GB'))).toEqual(['+0.10', '-2.00', '0.00']);
  });
});

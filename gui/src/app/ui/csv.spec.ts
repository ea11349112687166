import { csvOf } from './csv';

describe('CSV', () => {
  it('quotes what needs quotes', () => {
    expect(
      csvOf(
        ['a', 'b'],
        [
          ['x,y', 'say "no"'],
          [1, null],
        ],
      ),
    ).toBe('a,b\r\n"x,y","say ""no"""\r\n1,\r\n');
  });

  it('makes a formula a text, and leaves numbers alone', () => {
    expect(csvOf(['a'], [['=1+1'], [-5]])).toBe("a\r\n'=1+1\r\n-5\r\n");
  });
});

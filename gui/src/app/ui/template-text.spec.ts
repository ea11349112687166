import { partsOf } from './template-text';

describe('the parts of a template', () => {
  it('tells masked parts and found words from the rest', () => {
    expect(partsOf('550 <{address}> User unknown', ['user unknown'])).toEqual([
      { text: '550 <', kind: 'plain' },
      { text: '{address}', kind: 'masked' },
      { text: '> ', kind: 'plain' },
      { text: 'User unknown', kind: 'found' },
    ]);
  });

  it('takes what was searched for literally', () => {
    expect(partsOf('a.b (c)', ['(c)']).at(-1)).toEqual({ text: '(c)', kind: 'found' });
    expect(partsOf('axb', ['a.b'])).toEqual([{ text: 'axb', kind: 'plain' }]);
  });
});

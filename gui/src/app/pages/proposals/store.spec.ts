import { changesOf, movedOf, textsOf } from './store';

const RULE = { name: 'full', category: 'mailbox_full', match: ['over quota'] };

describe('changesOf', () => {
  const changes = (entries: Record<string, string>) => {
    const given = new FormData();
    Object.entries(entries).forEach(([name, value]) => given.set(name, value));
    return changesOf(RULE, given);
  };

  it('is empty where nothing was changed', () => {
    expect(changes({})).toEqual({});
    expect(changes({ name: ' full ', category: 'mailbox_full', match: 'over quota\n' })).toEqual({});
  });

  it('names only what differs', () => {
    expect(changes({ name: 'full', category: 'policy', match: 'a\n\n b ' })).toEqual({
      category: 'policy',
      match: ['a', 'b'],
    });
  });
});

describe('movedOf', () => {
  it('puts the largest change first, and counts what is missing as none', () => {
    const evidence = { before: { unclassified: 9, policy: 2 }, after: { mailbox_full: 8, policy: 3 } };
    expect(movedOf(evidence as never).map((each) => [each.category, each.before, each.after])).toEqual([
      ['unclassified', 9, 0],
      ['mailbox_full', 0, 8],
      ['policy', 2, 3],
    ]);
    expect(movedOf(null)).toEqual([]);
  });
});

describe('textsOf', () => {
  it('reads texts and records', () => {
    expect(textsOf(['a', { text: 'b' }])).toEqual(['a', 'b']);
    expect(textsOf(undefined)).toEqual([]);
  });
});

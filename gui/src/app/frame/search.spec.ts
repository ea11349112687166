import { en } from '../core/words/en';
import { destinations } from './search';

describe('where a text can be looked for', () => {
  it('leads an address to its story first', () => {
    const [first, second] = destinations('ann@example.com', en);
    expect([first?.path, first?.params]).toEqual([['/recipients'], { address: 'ann@example.com' }]);
    expect(second?.params).toEqual({ q: 'ann@example.com' });
  });

  it('leads everything else to responses, rules and templates', () => {
    expect(destinations('quota', en).map((each) => each.path[0])).toEqual(['/responses', '/rules', '/templates']);
  });
});

import { told } from './told';

describe('told', () => {
  it('leaves English as it is', () => {
    expect(told('there is a destination shop already: choose another name', 'en')).toContain('there is');
  });

  it('says in German what it knows, with what was meant', () => {
    expect(told('there is a destination shop already: choose another name', 'de')).toBe(
      '„shop“ gibt es schon: Wählen Sie einen anderen Namen.',
    );
    expect(told('This needs the scope admin (manage users and tokens), which editor1 does not have', 'de')).toBe(
      'Das darf nur, wer „admin“ darf; editor1 darf es nicht.',
    );
    expect(told('ClientConnectorError: it cannot be reached', 'de')).toBe('Nicht erreichbar (ClientConnectorError).');
  });

  it('quotes what it does not know', () => {
    expect(told('the moon is full', 'de')).toBe('Der Server sagt: „the moon is full“');
    expect(told('', 'de')).toBe('');
  });
});

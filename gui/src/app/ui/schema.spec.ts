import { entered, fieldsOf, listed, valuesOf } from './schema';

const SCHEMA = {
  $ref: '#/$defs/Queue',
  $defs: {
    Queue: {
      type: 'object',
      properties: {
        topic: { type: 'string', default: 'decisions' },
        most: { type: 'integer', default: 5 },
        private: { type: 'boolean', default: false },
        signature: { enum: ['ed25519', 'hmac'], default: 'hmac' },
        options: { type: 'object', default: {} },
        url: { type: 'string' },
      },
      required: ['url'],
    },
  },
};

describe('fieldsOf', () => {
  it('puts what must be given first, and knows every kind of field', () => {
    expect(fieldsOf(SCHEMA).map(({ name, kind, usual }) => [name, kind, usual])).toEqual([
      ['url', 'text', ''],
      ['topic', 'text', 'decisions'],
      ['most', 'number', '5'],
      ['private', 'switch', 'false'],
      ['signature', 'choice', 'hmac'],
      ['options', 'map', ''],
    ]);
  });

  it('finds no fields where there are none', () => {
    expect(fieldsOf({})).toEqual([]);
  });
});

describe('valuesOf', () => {
  const values = (entries: Record<string, string>) => {
    const given = new FormData();
    Object.entries(entries).forEach(([name, value]) => given.set(`setting.${name}`, value));
    return valuesOf(fieldsOf(SCHEMA), given);
  };

  it('leaves out what was left empty', () => {
    expect(values({ url: ' https://a.example ', topic: ' ', most: '' })).toEqual({
      url: 'https://a.example',
      private: false,
    });
  });

  it('gives numbers, switches and maps their type', () => {
    const options = 'security.protocol = SASL_SSL\n\nssl.ca=a=b\nlonely';
    expect(values({ most: '7', private: 'on', options })).toEqual({
      most: 7,
      private: true,
      options: { 'security.protocol': 'SASL_SSL', 'ssl.ca': 'a=b', lonely: '' },
    });
  });

  it('reads back what it shows', () => {
    const options = { 'security.protocol': 'SASL_SSL', 'ssl.ca': 'a=b' };
    expect(values({ options: entered(options) })['options']).toEqual(options);
    expect([entered(null), entered(5)]).toEqual(['', '5']);
  });
});

describe('listed', () => {
  it('takes commas and lines, each word once', () => {
    expect(listed('news, order\n news,,')).toEqual(['news', 'order']);
  });
});

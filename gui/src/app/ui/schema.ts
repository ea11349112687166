/** A field of a form that a JSON schema of the server describes. */
export interface SchemaField {
  name: string;
  kind: 'text' | 'number' | 'choice' | 'switch' | 'map';
  choices: string[];
  isRequired: boolean;
  /** What holds where nothing is entered, as it stands in the form. */
  usual: string;
}

interface Property {
  type?: string;
  enum?: string[];
  default?: unknown;
}

/** The fields of a flat object; what must be given stands first. */
export function fieldsOf(schema: Record<string, unknown>): SchemaField[] {
  const name = String(schema['$ref'] ?? '').replace('#/$defs/', '');
  const object = ((schema['$defs'] as Record<string, unknown> | undefined)?.[name] ?? schema) as {
    properties?: Record<string, Property>;
    required?: string[];
  };
  const fields = Object.entries(object.properties ?? {}).map(([key, property]): SchemaField => {
    const usual = property.default;
    return {
      name: key,
      kind: kindOf(property),
      choices: property.enum ?? [],
      isRequired: object.required?.includes(key) ?? false,
      usual: ['string', 'number', 'boolean'].includes(typeof usual) ? String(usual) : '',
    };
  });
  return fields.sort((one, other) => Number(other.isRequired) - Number(one.isRequired));
}

function kindOf({ type, enum: choices }: Property): SchemaField['kind'] {
  if (choices) return 'choice';
  if (type === 'boolean') return 'switch';
  if (type === 'object') return 'map';
  return type === 'integer' || type === 'number' ? 'number' : 'text';
}

/** What was entered, as the server wants it; a field that was left empty is left out. Maps are lines of `name=value`. */
export function valuesOf(fields: readonly SchemaField[], given: FormData): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const { name, kind } of fields) {
    const text = String(given.get(`setting.${name}`) ?? '').trim();
    if (kind === 'switch') found[name] = text !== '';
    else if (text === '') continue;
    else if (kind === 'number') found[name] = Number(text);
    else if (kind === 'map') found[name] = mapOf(text);
    else found[name] = text;
  }
  return found;
}

/** A value as it stands in the form. */
export function entered(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? Object.entries(value)
        .map(([name, each]) => `${name}=${String(each)}`)
        .join('\n')
    : String(value ?? '');
}

function mapOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map((line) => {
        const at = line.indexOf('=');
        return at < 0 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
      }),
  );
}

/** Words between commas or in lines, each once. */
export function listed(text: string): string[] {
  return [
    ...new Set(
      text
        .split(/[,\n]/)
        .map((each) => each.trim())
        .filter((each) => each !== ''),
    ),
  ];
}

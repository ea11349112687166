import { ChangeDetectionStrategy, Component, inject, input, signal } from '@angular/core';

import { NewExport } from '../../../../api/models';
import { Language } from '../../../core/language';
import { WORDS } from './words';

type Format = NonNullable<NewExport['format']>;
const FORMATS: readonly Format[] = ['csv', 'ndjson', 'parquet'];

/** What was entered in a form with `pb-format-fields`. */
export function formatOf(given: FormData) {
  const rows = Number(given.get('rows_per_file')) || undefined;
  return {
    format: String(given.get('format')) as Format,
    gzip: given.has('gzip'),
    raw: given.has('raw'),
    ...(rows === undefined ? {} : { rows_per_file: rows }),
  };
}

/** How files are written, inside a form. */
@Component({
  selector: 'pb-format-fields',
  template: `<label class="field"
      >{{ own().format }}
      <select class="input" name="format" (change)="picked.set($any($event.target).value)">
        @for (each of formats; track each) {
          <option [value]="each" [selected]="each === (of()?.format ?? 'csv')">{{ own().formats[each] }}</option>
        }
      </select>
    </label>
    <label class="field"
      >{{ own().rowsPerFile }}
      <input
        class="input"
        name="rows_per_file"
        type="number"
        min="1"
        max="100000000"
        [value]="of()?.rows_per_file ?? 1000000"
      />
    </label>
    @if ((picked() ?? of()?.format ?? 'csv') !== 'parquet') {
      <label class="switch"
        ><input type="checkbox" name="gzip" [checked]="of()?.gzip ?? false" />{{ own().gzip }}</label
      >
    }
    @if (what() === 'responses') {
      <label class="switch"><input type="checkbox" name="raw" [checked]="of()?.raw ?? false" />{{ own().raw }}</label>
    }`,
  styles: `
    :host {
      display: contents;
    }
    .switch {
      display: flex;
      gap: 8px;
      align-items: center;
      align-self: end;
      min-height: 32px;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class FormatFields {
  readonly of = input<{ format: string; gzip: boolean; raw: boolean; rows_per_file: number } | null>(null);
  readonly what = input.required<string>();
  protected readonly own = inject(Language).of(WORDS);
  protected readonly formats = FORMATS;
  protected readonly picked = signal<string | null>(null);
}

import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

import { entered, fieldsOf } from './schema';

/** Inputs for what a JSON schema describes, inside a form; `valuesOf` reads them. */
@Component({
  selector: 'pb-schema-fields',
  template: `@for (field of fields(); track field.name) {
    @if (field.kind === 'switch') {
      <label class="switch">
        <input
          type="checkbox"
          [name]="'setting.' + field.name"
          [checked]="values()[field.name] ?? field.usual === 'true'"
        />
        {{ names()[field.name] ?? field.name }}
      </label>
    } @else if (field.kind === 'choice') {
      <label class="field"
        >{{ names()[field.name] ?? field.name }}
        <select class="input" [name]="'setting.' + field.name">
          @for (choice of field.choices; track choice) {
            <option [value]="choice" [selected]="choice === (values()[field.name] ?? field.usual)">{{ choice }}</option>
          }
        </select>
      </label>
    } @else if (field.kind === 'map') {
      <label class="field"
        >{{ names()[field.name] ?? field.name }}
        <textarea
          class="input"
          rows="2"
          [name]="'setting.' + field.name"
          [value]="shown(values()[field.name])"
        ></textarea>
      </label>
    } @else {
      <label class="field"
        >{{ names()[field.name] ?? field.name }}
        <input
          class="input"
          autocomplete="off"
          autocapitalize="none"
          [name]="'setting.' + field.name"
          [type]="field.kind"
          [required]="field.isRequired"
          [placeholder]="field.usual"
          [value]="shown(values()[field.name])"
        />
      </label>
    }
  }`,
  styles: `
    :host {
      display: contents;
    }
    .switch {
      display: flex;
      gap: 8px;
      align-items: center;
      min-height: 32px;
      // Behind the other fields, so that these stand in one line.
      order: 1;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SchemaFields {
  readonly schema = input.required<Record<string, unknown>>();
  readonly values = input<Record<string, unknown>>({});
  /** What fields are called, by their name. */
  readonly names = input<Record<string, string>>({});
  protected readonly fields = computed(() => fieldsOf(this.schema()));
  protected readonly shown = entered;
}

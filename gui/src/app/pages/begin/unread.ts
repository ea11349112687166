import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { BeginState } from '../../core/begin';
import { Language } from '../../core/language';
import { WORDS } from './words';

/** Pieces of uploaded files that could not be read, each with its line and why. */
@Component({
  selector: 'pb-unread',
  template: `@for (file of files(); track file.name) {
    <h3>{{ own().unread(file.name) }}</h3>
    <ul>
      @for (each of file.lines; track $index) {
        <li>
          <b>{{ own().line(each.line) }}</b> {{ each.what }}
        </li>
      }
      @if (file.problem) {
        <li>{{ file.problem }}</li>
      }
    </ul>
  }`,
  styles: `
    :host {
      display: grid;
      gap: 6px;
    }
    ul {
      margin: 0;
      padding-left: 18px;
    }
    li {
      overflow-wrap: anywhere;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Unread {
  private readonly state = inject(BeginState);
  protected readonly own = inject(Language).of(WORDS);
  protected readonly files = computed(() => this.state.files().filter((each) => each.lines.length || each.problem));
}

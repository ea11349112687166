import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Filters } from '../core/filters';

export interface Section {
  name: string;
  text: string;
}

/** Parts of a page, one of which is shown; which one stands in the address (`section`). */
@Component({
  selector: 'pb-sections',
  imports: [RouterLink],
  template: `<nav [attr.aria-label]="label()">
    @for (section of of(); track section.name; let first = $first) {
      <a
        [routerLink]="[]"
        [queryParams]="{ section: section.name }"
        [attr.aria-current]="section.name === (chosen() ?? (first ? section.name : null)) ? 'page' : null"
        >{{ section.text }}</a
      >
    }
  </nav>`,
  styles: `
    nav {
      display: flex;
      gap: 4px;
      overflow-x: auto;
      border-bottom: 1px solid var(--line);
    }
    a {
      flex: none;
      padding: 8px 12px;
      border-bottom: 2px solid transparent;
      color: var(--ink-2);
      text-decoration: none;
    }
    a:hover {
      background: var(--hover);
    }
    a[aria-current] {
      border-bottom-color: var(--ink);
      color: var(--ink);
      font-weight: 600;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Sections {
  readonly of = input.required<readonly Section[]>();
  readonly label = input.required<string>();
  private readonly filters = inject(Filters);
  protected readonly chosen = () => this.filters.all()['section'];
}

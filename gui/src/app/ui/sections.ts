import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  Signal,
  afterRenderEffect,
  computed,
  inject,
  input,
} from '@angular/core';
import { RouterLink } from '@angular/router';

import { Filters } from '../core/filters';
import { Session } from '../core/session';

export interface Section {
  name: string;
  text: string;
}

export interface Parts {
  /** Those that this user may see. */
  sections: Signal<readonly Section[]>;
  /** The name of the one that is shown. */
  section: Signal<string | undefined>;
}

/** The parts of a page by name, each with the scope that it needs and its text. Call it in an injection context. */
export function parts(scopes: Record<string, string>, texts: () => Record<string, string>): Parts {
  const filters = inject(Filters);
  const session = inject(Session);
  const sections = computed(() =>
    Object.entries(scopes)
      .filter(([, scope]) => session.may(scope))
      .map(([name]) => ({ name, text: texts()[name] ?? name })),
  );
  const section = computed(() => {
    const wanted = filters.all()['section'];
    return (sections().find((each) => each.name === wanted) ?? sections()[0])?.name;
  });
  return { sections, section };
}

/** Parts of a page, one of which is shown; which one stands in the address (`section`). */
@Component({
  selector: 'pb-sections',
  imports: [RouterLink],
  template: `<nav [attr.aria-label]="label()">
    @for (section of of(); track section.name) {
      <a
        [routerLink]="[]"
        [queryParams]="{ section: section.name }"
        [attr.aria-current]="section.name === chosen() ? 'page' : null"
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
  readonly chosen = input.required<string | undefined>();
  readonly label = input.required<string>();
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  constructor() {
    // On a phone the one that is shown may stand beyond the edge.
    afterRenderEffect(() => {
      this.chosen();
      this.host.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    });
  }
}

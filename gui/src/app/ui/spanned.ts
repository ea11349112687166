import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

interface Mark {
  begin: number;
  end: number;
  unless?: boolean;
}

/** A text in which parts are marked, by character offsets; what an exception finds is struck through. */
@Component({
  selector: 'pb-spanned',
  template: `@for (part of parts(); track $index) {
    @if (part.mark) {
      <mark [class.unless]="part.mark.unless">{{ part.text }}</mark>
    } @else {
      <span>{{ part.text }}</span>
    }
  }`,
  styles: `
    :host {
      font-family: var(--mono);
      font-size: 12.5px;
      overflow-wrap: anywhere;
    }
    .unless {
      background: none;
      text-decoration: line-through;
      color: var(--act);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Spanned {
  readonly text = input.required<string>();
  readonly spans = input.required<readonly Mark[]>();
  protected readonly parts = computed(() => {
    // Offsets count characters, as the server does; strings here are cut in UTF-16.
    const letters = [...this.text()];
    const parts: { text: string; mark: Mark | null }[] = [];
    let at = 0;
    for (const span of [...this.spans()].sort((one, other) => one.begin - other.begin)) {
      if (span.end <= at) {
        continue;
      }
      const begin = Math.max(span.begin, at);
      if (begin > at) {
        parts.push({ text: letters.slice(at, begin).join(''), mark: null });
      }
      parts.push({ text: letters.slice(begin, span.end).join(''), mark: span });
      at = span.end;
    }
    parts.push({ text: letters.slice(at).join(''), mark: null });
    return parts;
  });
}

import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

interface Part {
  text: string;
  kind: 'plain' | 'masked' | 'found';
}

/** A template, its masked parts dimmed; where `found` is given, those octets stand out. */
@Component({
  selector: 'pb-template-text',
  // No text stands bare between the parts: spaces around it would be seen.
  template: `@for (part of parts(); track $index) {
    @switch (part.kind) {
      @case ('masked') {
        <span class="masked">{{ part.text }}</span>
      }
      @case ('found') {
        <mark>{{ part.text }}</mark>
      }
      @default {
        <span>{{ part.text }}</span>
      }
    }
  }`,
  styles: `
    :host {
      font-family: var(--mono);
      font-size: 12.5px;
      font-variant-ligatures: none;
      overflow-wrap: anywhere;
    }
    .masked {
      color: var(--ink-3);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class TemplateText {
  readonly text = input.required<string>();
  readonly found = input<readonly string[]>([]);
  protected readonly parts = computed(() => partsOf(this.text(), this.found()));
}

/**
 * What stands in a normalised text in the place of something variable, and between its words in the text as it came:
 * spaces, and the codes that begin a further line of an answer.
 */
const STAND_IN = /^(?:[\w.@-]*qzx7k[\w.@-]*|192\.0\.2\.1)$/;
const BETWEEN = '\\s+(?:[245]\\d\\d[- ](?:[245]\\.\\d{1,3}\\.\\d{1,3} )?)?';

/** A pattern that finds words of a normalised text in the text as it came. */
function patternOf(found: string): string {
  const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return found
    .trim()
    .split(/\s+/)
    .map((word) =>
      word
        .split(/([\w.@-]*qzx7k[\w.@-]*|192\.0\.2\.1)/)
        .map((part) => (STAND_IN.test(part) ? '[^\\s\\[\\]<>()]+' : literal(part)))
        .join(''),
    )
    .join(BETWEEN);
}

/** Cuts a text at masks (`{address}`) and at the words that were found, without regard to letter case. */
export function partsOf(text: string, found: readonly string[]): Part[] {
  const words = found.filter((word) => word.length > 1).map(patternOf);
  const cut = new RegExp(words.length ? `(\\{[a-z0-9_]+\\})|(${words.join('|')})` : '(\\{[a-z0-9_]+\\})', 'gi');
  const parts: Part[] = [];
  let at = 0;
  for (const match of text.matchAll(cut)) {
    if (match.index > at) {
      parts.push({ text: text.slice(at, match.index), kind: 'plain' });
    }
    parts.push({ text: match[0], kind: match[1] === undefined ? 'found' : 'masked' });
    at = match.index + match[0].length;
  }
  if (at < text.length) {
    parts.push({ text: text.slice(at), kind: 'plain' });
  }
  return parts;
}

import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  OnDestroy,
  afterNextRender,
  effect,
  inject,
  input,
  output,
} from '@angular/core';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Regular expressions, line by line: what is not literal stands out. */
const PATTERNS = StreamLanguage.define({
  token(stream) {
    if (stream.match(/\\./)) {
      return 'escape';
    }
    if (stream.match(/\[\^?(?:\\.|[^\]\\])*\]?/)) {
      return 'atom';
    }
    if (stream.match(/\(\?[:i]?|[()|]/)) {
      return 'keyword';
    }
    if (stream.match(/[*+?.^$]|\{\d+(?:,\d*)?\}/)) {
      return 'operator';
    }
    if (stream.match(/\{[a-z_]+\}/)) {
      return 'variableName';
    }
    stream.next();
    return null;
  },
});

const COLOURS = HighlightStyle.define([
  { tag: tags.escape, color: 'var(--none)' },
  { tag: tags.atom, color: 'var(--domain)' },
  { tag: tags.keyword, color: 'var(--recipient)', fontWeight: '600' },
  { tag: tags.operator, color: 'var(--message)' },
  { tag: tags.variableName, color: 'var(--ink-3)' },
]);

const LOOK = EditorView.theme({
  '&': { backgroundColor: 'var(--panel)', color: 'var(--ink)', fontSize: '12.5px', maxHeight: '420px' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '1px' },
  '.cm-content': { fontFamily: 'var(--mono)', caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--ink-3)', border: 'none' },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': { backgroundColor: 'var(--selected)' },
  '.cm-scroller': { overflow: 'auto' },
});

/** Patterns, one a line, in CodeMirror. */
@Component({
  selector: 'pb-pattern-field',
  template: '',
  styles: `
    :host {
      display: block;
      border: 1px solid var(--line-strong);
      border-radius: 4px;
      overflow: hidden;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class PatternField implements OnDestroy {
  readonly text = input.required<string>();
  readonly label = input.required<string>();
  readonly readOnly = input(false);
  /** A text that is no list of patterns: it is not coloured. */
  readonly plain = input(false);
  readonly written = output<string>();
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly locked = new Compartment();
  private view: EditorView | null = null;

  constructor() {
    afterNextRender(() => {
      this.view = new EditorView({
        parent: this.host,
        state: EditorState.create({
          doc: this.text(),
          extensions: [
            lineNumbers(),
            history(),
            // Tab stays the key that leads on.
            keymap.of([...defaultKeymap, ...historyKeymap]),
            this.plain() ? [] : [PATTERNS, syntaxHighlighting(COLOURS)],
            EditorView.lineWrapping,
            LOOK,
            EditorView.contentAttributes.of({ 'aria-label': this.label(), tabindex: '0' }),
            this.locked.of(EditorState.readOnly.of(this.readOnly())),
            EditorView.updateListener.of((update) => {
              const text = update.state.doc.toString();
              if (update.docChanged && text !== this.text()) {
                this.written.emit(text);
              }
            }),
          ],
        }),
      });
      // What scrolls must be reached by the keyboard.
      this.view.scrollDOM.tabIndex = 0;
    });
    effect(() => {
      const text = this.text();
      const locked = this.readOnly();
      const view = this.view;
      if (view === null) {
        return;
      }
      view.dispatch({ effects: this.locked.reconfigure(EditorState.readOnly.of(locked)) });
      if (view.state.doc.toString() !== text) {
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      }
    });
  }

  ngOnDestroy(): void {
    this.view?.destroy();
  }
}

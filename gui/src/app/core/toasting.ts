import { Injectable, inject, signal } from '@angular/core';

import { Language } from './language';
import { problemOf } from './problem';

export interface Toast {
  id: number;
  text: string;
  /** Takes back what was done. */
  undo?: () => void | Promise<void>;
  /** Done when the message goes without that. */
  over?: () => void;
  isProblem?: boolean;
  /** Where to go, in a window of its own. */
  link?: { text: string; href: string };
}

const SHOWN_MS = 10_000;

/** Messages that go by themselves; instead of asking "are you sure?" they offer to undo. */
@Injectable({ providedIn: 'root' })
export class Toasting {
  private readonly list = signal<Toast[]>([]);
  private readonly language = inject(Language);
  private last = 0;
  /** Buttons and forms whose work is not done yet. */
  private readonly running = new Set<Element>();
  readonly toasts = this.list.asReadonly();

  show(text: string, undo?: () => void | Promise<void>): void {
    this.add({ text, undo });
  }

  /** For what nobody could take back: it is done when the message goes, unless somebody undoes it until then. */
  putOff(text: string, work: () => void, undo: () => void): void {
    this.add({ text, undo, over: work });
  }

  problem(text: string): void {
    this.add({ text, isProblem: true });
  }

  /**
   * Does what may fail, and says so where it does; whether it was done.
   *
   * A second click on the same button, or a form sent twice, does nothing until the first is done.
   */
  async attempt(work: () => Promise<unknown>): Promise<boolean> {
    const origin = pressed();
    if (origin !== null && this.running.has(origin)) return false;
    if (origin !== null) this.running.add(origin);
    try {
      await work();
      return true;
    } catch (error) {
      const problem = problemOf(error);
      const { failed, signedOut } = this.language.words().states;
      if (problem.status === 401) {
        this.add({
          text: signedOut,
          isProblem: true,
          link: { text: this.language.words().signIn.submit, href: '/sign-in' },
        });
      } else {
        this.problem(this.language.said(problem) || failed);
      }
      return false;
    } finally {
      if (origin !== null) this.running.delete(origin);
    }
  }

  dismiss(id: number): void {
    this.taken(id)?.over?.();
  }

  undo(id: number): void {
    void this.taken(id)?.undo?.();
  }

  private taken(id: number): Toast | undefined {
    const found = this.list().find((each) => each.id === id);
    this.list.update((all) => all.filter((each) => each !== found));
    return found;
  }

  private add(toast: Omit<Toast, 'id'>): void {
    const id = ++this.last;
    this.list()
      .slice(0, -2)
      .forEach((each) => this.dismiss(each.id));
    this.list.update((all) => [...all, { ...toast, id }]);
    setTimeout(() => this.dismiss(id), SHOWN_MS);
  }
}

/** The button that was pressed, or the form whose field was left by Enter; null for fields that may change again. */
function pressed(): Element | null {
  const focused = document.activeElement;
  if (focused instanceof HTMLButtonElement) return focused;
  return focused instanceof HTMLInputElement && focused.type !== 'checkbox' ? focused.form : null;
}

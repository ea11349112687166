import { Injectable, signal } from '@angular/core';

export interface Toast {
  id: number;
  text: string;
  /** Takes back what was done. */
  undo?: () => void | Promise<void>;
  isProblem?: boolean;
}

const SHOWN_MS = 10_000;

/** Messages that go by themselves; instead of asking "are you sure?" they offer to undo. */
@Injectable({ providedIn: 'root' })
export class Toasting {
  private readonly list = signal<Toast[]>([]);
  private last = 0;
  readonly toasts = this.list.asReadonly();

  show(text: string, undo?: () => void | Promise<void>): void {
    this.add({ text, undo });
  }

  problem(text: string): void {
    this.add({ text, isProblem: true });
  }

  dismiss(id: number): void {
    this.list.update((all) => all.filter((each) => each.id !== id));
  }

  private add(toast: Omit<Toast, 'id'>): void {
    const id = ++this.last;
    this.list.update((all) => [...all.slice(-2), { ...toast, id }]);
    setTimeout(() => this.dismiss(id), SHOWN_MS);
  }
}

import { TestBed } from '@angular/core/testing';

import { BeginState } from './begin';

describe('first steps', () => {
  beforeEach(() => {
    localStorage.clear();
    sessionStorage.clear();
    TestBed.resetTestingModule();
  });

  it('go on where they were left, also after a reload', () => {
    const first = TestBed.inject(BeginState);
    first.choose('mailbox');
    first.go(2);
    TestBed.tick();
    TestBed.resetTestingModule();
    const again = TestBed.inject(BeginState);
    expect([again.step(), again.way(), again.isUnderWay()]).toEqual([2, 'mailbox', true]);
  });

  it('are put away, and come back when they are asked for', () => {
    const state = TestBed.inject(BeginState);
    state.choose('file');
    state.dismiss();
    expect([state.isUnderWay(), state.isDismissed()]).toEqual([false, true]);
    state.reopen();
    expect([state.step(), state.isUnderWay()]).toEqual([1, true]);
    state.finish();
    expect(state.isUnderWay()).toBe(false);
  });

  it('begin at the beginning where what was kept is no JSON, and need a way first', () => {
    localStorage.setItem('begin', 'x{');
    const state = TestBed.inject(BeginState);
    state.go(2);
    expect([state.step(), state.isUnderWay()]).toEqual([0, false]);
  });
});

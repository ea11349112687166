import { doing } from './doing';

const still = { paused: false, asked: false, late: false, last: null };

describe('doing', () => {
  it('tells first what somebody must act upon', () => {
    expect(doing(still)).toBe('never');
    expect(doing({ ...still, last: { state: 'done' } })).toBe('done');
    expect(doing({ ...still, late: true, last: { state: 'done' } })).toBe('late');
    expect(doing({ ...still, paused: true, last: { state: 'done' } })).toBe('paused');
    expect(doing({ ...still, paused: true, late: true, last: { state: 'failed' } })).toBe('failed');
    expect(doing({ ...still, asked: true, last: { state: 'failed' } })).toBe('asked');
    expect(doing({ ...still, asked: true, last: { state: 'running' } })).toBe('running');
  });
});

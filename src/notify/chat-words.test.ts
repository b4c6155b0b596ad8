// What people write under a message.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerIn, linkCodeIn, looksLikeName } from './chat-words.ts';

test('what people write under a message is understood as an answer, and other talk is not', () => {
  const said = {
    'this is Ada': { answer: 'is', name: 'Ada' },
    'That’s  Ada Lovelace!': { answer: 'is', name: 'Ada Lovelace' },
    "it's Noa": { answer: 'is', name: 'Noa' },
    'she is Nothing Special': { answer: 'is', name: 'Nothing Special' },
    'this is not her': { answer: 'not_her', name: null },
    "that's not Ada": { answer: 'not_her', name: 'Ada' },
    'not sure who that is': { answer: 'not_her', name: 'sure who that is' },
    'not her.': { answer: 'not_her', name: null },
    'Wrong person': { answer: 'not_her', name: null },
    'new Ada Lovelace': { answer: 'new', name: 'Ada Lovelace' },
    'new person: Ada': { answer: 'new', name: 'Ada' },
    new: { answer: 'new', name: null },
    'this is a new person': { answer: 'new', name: null },
    'merge with Ada': { answer: 'merge', name: 'Ada' },
    'Ignore him': { answer: 'ignore' },
    open: { answer: 'open', door: null },
    'open the front door': { answer: 'open', door: 'front door' },
    snooze: { answer: 'snooze', minutes: 60 },
    'snooze 2h': { answer: 'snooze', minutes: 120 },
    'snooze for 90 min': { answer: 'snooze', minutes: 90 },
    'mute 1 day, 2 hours': { answer: 'snooze', minutes: 26 * 60 },
    'snooze 3 bananas': null,
    'snooze 0 min': null,
    'who is at the door?': null,
    'Ada was here yesterday': null,
    'news from home': null,
    'opening hours': null,
    'ignore the noise of the door': null,
    '': null,
  };
  for (const [text, answer] of Object.entries(said)) assert.deepEqual(answerIn(text), answer, text);
});

test('a name is told from talk', () => {
  const names = ['Ada', 'Ada van der Berg', 'Élodie O’Neil', 'Jean-Luc de la Cruz', '아다', 'أدا', '愛'];
  const talk = ['weird', 'my neighbour', 'Bob again', '17', '<Grace>', 'Ada?', 'a', 'van der', 'A B C D E F'];
  for (const text of names) assert.equal(looksLikeName(text), true, text);
  for (const text of talk) assert.equal(looksLikeName(text), false, text);
});

test('a code is found in what links somebody', () => {
  assert.equal(linkCodeIn('link K7QF-29XM'), 'K7QF-29XM');
  assert.equal(linkCodeIn(' Link k7qf29xm '), 'k7qf29xm');
  assert.equal(linkCodeIn('start K7QF-29XM'), 'K7QF-29XM');
  for (const text of ['link', 'link me please', 'linked K7QF-29XM', 'the link K7QF-29XM']) {
    assert.equal(linkCodeIn(text), null, text);
  }
});

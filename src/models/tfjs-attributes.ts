// Reads the attributes of TensorFlow nodes: strings are base64, integers may be strings.

import { KithError } from '../errors.ts';
import type { TfNode } from './tfjs-model.ts';

const decode = (text: string): string => Buffer.from(text, 'base64').toString('utf8');

export function text(node: TfNode, name: string, fallback = ''): string {
  const value = node.attr?.[name]?.s;
  return value === undefined ? fallback : decode(value);
}

export function texts(node: TfNode, name: string): string[] {
  return (node.attr?.[name]?.list?.s ?? []).map(decode);
}

export function integer(node: TfNode, name: string, fallback = 0): number {
  return Number(node.attr?.[name]?.i ?? fallback);
}

export function integers(node: TfNode, name: string): number[] {
  return (node.attr?.[name]?.list?.i ?? []).map(Number);
}

export function flag(node: TfNode, name: string): boolean {
  return node.attr?.[name]?.b ?? false;
}

export function input(node: TfNode, index: number): string {
  // "^name" only says what must run before.
  const name = node.input?.filter((item) => !item.startsWith('^')).at(index);
  if (name === undefined) throw unsupported(node, `no input ${index}`);
  return name;
}

export function unsupported(node: TfNode, what: string): KithError {
  return new KithError('invalid', `A model cannot be compiled: ${node.op} (${node.name}) has ${what}.`);
}

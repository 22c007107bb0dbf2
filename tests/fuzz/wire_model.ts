/**
 * What each protocol puts on the wire for what happens in the chat, written down a second time from the
 * documents alone: it shares no code with the server.
 *
 * @module
 */

/** What a user speaks. */
export type Dialect = "cs168" | "chat1" | "json16";

/** What a user is told. */
export type Told =
  | { readonly what: "joined" | "left"; readonly nick: string }
  | { readonly what: "said" | "emoted"; readonly nick: string; readonly text: string }
  | { readonly what: "dm"; readonly nick: string; readonly to: string; readonly text: string }
  | { readonly what: "registered" | "nick in use" }
  | { readonly what: "entered"; readonly channel: string }
  | { readonly what: "channels"; readonly channels: readonly string[] }
  | { readonly what: "names"; readonly channel: string; readonly nicks: readonly string[] }
  /** As cs168 words it, and as json16 does. */
  | { readonly what: "refused"; readonly cs168: string; readonly json16: string };

const FRAME = 200;
const encoder = new TextEncoder();

/** The bytes; none where the protocol does not tell it. */
export function onTheWire(dialect: Dialect, told: Told): Uint8Array {
  switch (dialect) {
    case "cs168":
      return frames(cs168Texts(told));
    case "chat1":
      return encoder.encode(chat1Text(told));
    case "json16":
      return packet(told);
  }
}

function frames(texts: readonly string[]): Uint8Array {
  const bytes = new Uint8Array(texts.length * FRAME).fill(0x20);
  texts.forEach((text, i) => bytes.set(encoder.encode(text), i * FRAME));
  return bytes;
}

function cs168Texts(told: Told): string[] {
  switch (told.what) {
    case "joined":
    case "left":
      return [`${told.nick} has ${told.what}`];
    case "said":
      return shares(`[${told.nick}] `, told.text);
    case "emoted":
      return shares(`[${told.nick} `, `${told.text}]`);
    case "dm":
      return shares(`[${told.nick} -> ${told.to}] `, told.text);
    case "channels":
      return lists(told.channels);
    case "refused":
      return shares("", told.cs168);
    default:
      return [];
  }
}

/** `text`, which has white space in its first frame at most, behind `prefix` as often as it takes. */
function shares(prefix: string, text: string): string[] {
  const texts: string[] = [];
  let share = prefix;
  for (const character of text) {
    if (encoder.encode(share + character).length > FRAME) {
      texts.push(share);
      share = prefix;
    }
    share += character;
  }
  return [...texts, share];
}

/** As many names as fit, a line each, never one in two frames. */
function lists(names: readonly string[]): string[] {
  const texts: string[] = [];
  for (const name of names) {
    const longer = texts.length > 0 ? `${texts.at(-1)}\n${name}` : name;
    if (texts.length > 0 && encoder.encode(longer).length <= FRAME) texts.pop();
    texts.push(texts.length === 0 || encoder.encode(longer).length <= FRAME ? longer : name);
  }
  return texts;
}

function chat1Text(told: Told): string {
  switch (told.what) {
    case "said":
      return `@${told.nick}: ${told.text}\n`;
    case "emoted":
      return `@${told.nick}: [${told.nick} ${told.text}]\n`;
    case "dm":
      return `@${told.nick}: [to ${told.to}] ${told.text}\n`;
    case "registered":
      return "200 Registration successful\n";
    case "nick in use":
      return "401 Client already registered\n";
    default:
      return "";
  }
}

function packet(told: Told): Uint8Array {
  const members = json16Members(told);
  if (members === undefined) return new Uint8Array();
  const json = `{${members.map(([key, value]) => `"${key}": ${value}`).join(", ")}}`;
  const payload = encoder.encode(json);
  return new Uint8Array([payload.length >> 8, payload.length & 0xff, ...payload]);
}

function json16Members(told: Told): [string, string][] | undefined {
  switch (told.what) {
    case "joined":
      return [["type", '"join"'], ["nick", quoted(told.nick)]];
    case "left":
      return [["type", '"leave"'], ["nick", quoted(told.nick)]];
    case "said":
    case "emoted": {
      const type = told.what === "said" ? '"chat"' : '"emote"';
      return [["type", type], ["nick", quoted(told.nick)], ["message", quoted(told.text)]];
    }
    case "dm":
      return [
        ["type", '"dm"'],
        ["nick", quoted(told.nick)],
        ["to", quoted(told.to)],
        ["message", quoted(told.text)],
      ];
    case "entered":
      return [["type", '"entered"'], ["channel", quoted(told.channel)]];
    case "channels":
      return [["type", '"channels"'], ["channels", quotedList(told.channels)]];
    case "names":
      return [
        ["type", '"names"'],
        ["channel", quoted(told.channel)],
        ["nicks", quotedList(told.nicks)],
      ];
    case "refused":
      return [["type", '"error"'], ["message", quoted(told.json16)]];
    default:
      return undefined;
  }
}

function quotedList(texts: readonly string[]): string {
  return `[${texts.map(quoted).join(", ")}]`;
}

function quoted(text: string): string {
  let json = "";
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (text[i] === '"' || text[i] === "\\") json += `\\${text[i]}`;
    else json += code < 0x7f ? text[i] : `\\u${code.toString(16).padStart(4, "0")}`;
  }
  return `"${json}"`;
}

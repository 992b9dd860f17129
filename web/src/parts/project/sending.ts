/** Sending a file as evidence. By XMLHttpRequest, since `fetch` does not tell how far it is. */
import type { Part } from "../../lib/sheet";
import { language, say } from "../../lib/words.svelte";

/** What the server takes at most, and of what kind; it decides, this is told before. */
const LIMIT = 10 * 1024 * 1024;
export const TAKEN = ".pdf,.png,.jpg,.jpeg,.xlsx,.docx,.pptx,.txt,.csv";

/** Why a file need not be sent at all; nothing where it may be taken. */
export function obstacle(file: { name: string; size: number }): string {
  const ending = file.name.slice(file.name.lastIndexOf(".")).toLowerCase();
  if (file.size === 0) return say("空のファイルは添付できません。", "The file is empty.");
  if (file.size > LIMIT) return say("10MBを超えるファイルは添付できません。", "It is larger than 10 MB.");
  if (!TAKEN.split(",").includes(ending)) {
    return say("この種類のファイルは添付できません。PDFなどに変換してください。", "Files of this kind are not taken: make it a PDF, for instance.");
  }
  return "";
}

export interface Wanted {
  cycle: string;
  part: Part;
  note: string;
  key: string;
  onBehalfOf: string | undefined;
}

interface Refused {
  errors?: { message: string; extensions?: { messages?: { ja: string; en: string } } }[];
}

/** Send a file; `told` hears how far it is, 0 to 1. Resolves to what is wrong; to nothing once it is attached. */
export function send(file: File, wanted: Wanted, told: (part: number) => void): Promise<string> {
  const { cycle, part, note, key, onBehalfOf } = wanted;
  const query = new URLSearchParams({ cycle, part, name: file.name, note, ...(onBehalfOf ? { onBehalfOf } : {}) });
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/evidence?${query.toString()}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Idempotency-Key", key);
    request.upload.onprogress = ({ loaded, total }) => told(total ? loaded / total : 0);
    request.onload = () => resolve(request.status < 300 ? "" : refusal(request.responseText));
    request.onerror = () =>
      resolve(say("サーバーに接続できません。つながってから、もう一度送ってください。", "The server cannot be reached: send it again later."));
    request.send(file);
  });
}

function refusal(text: string): string {
  try {
    const error = (JSON.parse(text) as Refused).errors?.[0];
    const messages = error?.extensions?.messages;
    if (messages) return language.lang === "JA" ? messages.ja : messages.en;
    if (error) return error.message;
  } catch {
    // something between us and the server answered, in its own words
  }
  return say("添付できませんでした。しばらくしてから、もう一度送ってください。", "It could not be attached: try again later.");
}

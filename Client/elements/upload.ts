// Sends a file as it is, as the body of one request, and tells how far it got: fetch cannot say that.

export interface UploadRefused {
  readonly reason: string;
  readonly text: string;
}

/** Why an upload did not arrive: what the server said, or null when nothing was heard from it. */
export class UploadFailure extends Error {
  constructor(readonly refused: UploadRefused | null) {
    super(refused?.reason ?? "nothing was heard");
  }
}

/** `progress` is told the part that has left, from 0 to 1. */
export function upload(address: string, file: Blob, progress: (part: number) => void): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.responseType = "json";
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response);
      else reject(new UploadFailure(isRefusal(request.response) ? request.response : null));
    };
    request.onerror = request.onabort = request.ontimeout = () => reject(new UploadFailure(null));
    request.send(file);
  });
}

function isRefusal(answer: unknown): answer is UploadRefused {
  return typeof answer === "object" && answer !== null && "reason" in answer && "text" in answer;
}

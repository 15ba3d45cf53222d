// What a page does that embeds Parley: it answers the frame with a token of its own server, and hears what happens there.
const frame = document.querySelector("iframe");
const parley = new URL(frame.src).origin;
const news = document.querySelector("#news");

const tell = (word) => frame.contentWindow.postMessage(word, parley);

async function handOver() {
  // The server of this website knows who is signed in here, and signs that.
  const answer = await fetch(`/token?as=${frame.dataset.as}`);
  if (answer.ok) tell({ type: "parley:token", ...(await answer.json()) });
}

addEventListener("message", ({ source, origin, data }) => {
  if (source !== frame.contentWindow || origin !== parley) return;
  if (data.type === "parley:ready" || data.type === "parley:needsToken") handOver();
  if (data.type === "parley:unread") document.title = document.title.replace(/^\(\d+\) /, "").replace(/^/, data.count > 0 ? `(${data.count}) ` : "");
  if (data.type === "parley:chatStarted") news.textContent = "The clock is running.";
  if (data.type === "parley:chatEnded") news.textContent = "The chat has ended.";
});

document.querySelector("#sign-out").addEventListener("click", () => {
  tell({ type: "parley:signOut" });
  news.textContent = "You are signed out.";
});

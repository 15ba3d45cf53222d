// A shelf is shown without loading the page again, and still has an address and a title of its own.
const books = document.querySelectorAll("[data-shelf-of]");
const links = document.querySelectorAll("[data-shelf]");
const title = document.title;

function show(shelf) {
  for (const book of books) book.hidden = shelf !== "" && book.dataset.shelfOf !== shelf;
  for (const link of links) {
    if (link.dataset.shelf === shelf) {
      link.setAttribute("aria-current", "true");
      document.title = shelf === "" ? title : `${link.textContent} · ${title}`;
    } else {
      link.removeAttribute("aria-current");
    }
  }
}

function shelfOfAddress() {
  return new URLSearchParams(location.search).get("scaffale") ?? "";
}

for (const link of links) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.pushState(null, "", link.href);
    show(link.dataset.shelf);
  });
}

addEventListener("popstate", () => show(shelfOfAddress()));
show(shelfOfAddress());

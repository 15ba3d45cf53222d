#include "ccurl.h"
#include <stddef.h>

CURLcode parley_curl_number(CURL *handle, CURLoption option, long value) { return curl_easy_setopt(handle, option, value); }
CURLcode parley_curl_size(CURL *handle, CURLoption option, curl_off_t value) { return curl_easy_setopt(handle, option, value); }
CURLcode parley_curl_text(CURL *handle, CURLoption option, const char *value) { return curl_easy_setopt(handle, option, value); }
CURLcode parley_curl_pointer(CURL *handle, CURLoption option, void *value) { return curl_easy_setopt(handle, option, value); }

CURLcode parley_curl_write(CURL *handle, curl_write_callback body, curl_write_callback header) {
  CURLcode result = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, body);
  return result ? result : curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, header);
}

CURLcode parley_curl_read(CURL *handle, curl_read_callback callback) {
  return curl_easy_setopt(handle, CURLOPT_READFUNCTION, callback);
}

CURLcode parley_curl_open_socket(CURL *handle, curl_opensocket_callback callback) {
  return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, callback);
}

CURLcode parley_curl_debug(CURL *handle, curl_debug_callback callback) {
  CURLcode result = curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, callback);
  return result ? result : curl_easy_setopt(handle, CURLOPT_VERBOSE, 1L);
}

long parley_curl_response_code(CURL *handle) {
  long code = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &code);
  return code;
}

CURL *parley_curl_finished(CURLM *multi, CURLcode *result) {
  int waiting = 0;
  for (CURLMsg *message; (message = curl_multi_info_read(multi, &waiting));) {
    if (message->msg != CURLMSG_DONE) continue;
    *result = message->data.result;
    return message->easy_handle;
  }
  return NULL;
}

void parley_curl_one_transfer_a_connection(CURLM *multi) { curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING); }

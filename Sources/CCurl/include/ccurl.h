#pragma once
#include <curl/curl.h>

// Swift cannot call C functions with a variable number of arguments, so each kind of option has a function of its own.

CURLcode parley_curl_number(CURL *handle, CURLoption option, long value);
CURLcode parley_curl_size(CURL *handle, CURLoption option, curl_off_t value);
/// libcurl copies the text.
CURLcode parley_curl_text(CURL *handle, CURLoption option, const char *value);
/// Lists, and what callbacks are given; libcurl keeps the pointer.
CURLcode parley_curl_pointer(CURL *handle, CURLoption option, void *value);
CURLcode parley_curl_write(CURL *handle, curl_write_callback body, curl_write_callback header);
CURLcode parley_curl_read(CURL *handle, curl_read_callback callback);
CURLcode parley_curl_open_socket(CURL *handle, curl_opensocket_callback callback);
CURLcode parley_curl_debug(CURL *handle, curl_debug_callback callback);

long parley_curl_response_code(CURL *handle);
/// The next transfer that ended, and how; null when there is none.
CURL *parley_curl_finished(CURLM *multi, CURLcode *result);
void parley_curl_one_transfer_a_connection(CURLM *multi);

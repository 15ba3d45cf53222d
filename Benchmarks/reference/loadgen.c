// loadgen: single-threaded epoll load generator for chat-like servers (loopback only).
// Protocol parley: docs/protocol.md as a visitor (member 0 of a room) and as agents (the others) speak it: hello, form, subscribe, join, send, pong.
//   -Q port of the second node, where the agents are
//   -K widget key   -C cookie of the console   -O host of the website (origin of visitors)   -E seed of visitor keys   -o FILE: everything acknowledged
// mode storm: all are connected and told everything; then all drop and come back at once, each asking for what it missed.
// gcc -O2 -o loadgen loadgen.c -lcrypto
// Workload: R rooms x M members (default 2). mode pp: each room keeps W messages in flight, both ways
// (receiver of a message answers with a new message: closed loop, saturation).
// mode open: member 0 of each room sends at a fixed total rate; latency is counted from the *scheduled* time (no coordinated omission).
// mode fan: member 0 sends, the M-1 others receive; closed loop with W in flight (next is sent when all have received).
// mode idle: connect, join, then hold for -d seconds.
// Each message body is B bytes of text with marker "ZTS"+16 hex ns timestamp.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <signal.h>
#include <stdarg.h>

typedef struct conn {
  int fd, st, room, role, idx, ready, wantw;
  uint8_t *r; size_t rl, rc;
  uint8_t *w; size_t wl, wo, wc;
  uint16_t pid;
  long inflight;
  char topic[32];
} conn;
static conn *C; static int NC, ROOMS = 100, M = 2, W = 1, B = 100, PORT = 9000, HSPAR = 64;
static double DUR = 5, WARM = 1, RATE = 0; static char *PROTO = "ws", *MODE = "pp", *PATHQ = "/", *HOST = "127.0.0.1";
static char *KEY = "appkey", *SECRET = "appsecret", *APPID = "app";
static char *WIDGET = "", *COOKIE = "", *SITE = "harbour.localhost", *OUT; static unsigned SEED = 1; static FILE *outf; static long clientno;
static int PORT2; static int storming; static uint64_t t_storm; static long resumed, missed, rss_first; static int nfirst;
static int ep, nready, nstarted, running, measuring; static long sent, recvd, acks, errs, hs_ns_n;
static long *fanleft; static uint64_t t_start, t_meas, t_end;
static int srvpids[16], nsrv; static char filler[70000]; static int RAMP=0; static int NOREADY=0; static int SRCS=0;
static uint64_t now(void){struct timespec t;clock_gettime(CLOCK_MONOTONIC,&t);return t.tv_sec*1000000000ull+t.tv_nsec;}
#define NB 4096
static uint64_t hist[NB]; static uint64_t hmax;
static int bidx(uint64_t us){ if(us<64) return us; int k=63-__builtin_clzll(us); int sub=(us>>(k-6))&63; int i=(k-5)*64+sub; return i<NB?i:NB-1; }
static double bval(int i){ if(i<64) return i; int k=i/64+5, sub=i%64; return (double)((64ull+sub)<<(k-6)); }
static double pct(double p){ uint64_t n=0,c=0; for(int i=0;i<NB;i++)n+=hist[i]; if(!n) return -1; for(int i=0;i<NB;i++){c+=hist[i]; if(c>=p*n) return bval(i)/1000.0;} return -1; }
static void setw(conn*c,int on){ if(c->wantw==on) return; c->wantw=on; struct epoll_event e={.events=EPOLLIN|(on?EPOLLOUT:0),.data.ptr=c}; epoll_ctl(ep,EPOLL_CTL_MOD,c->fd,&e); }
static void flushc(conn*c){ while(c->wo<c->wl){ ssize_t n=send(c->fd,c->w+c->wo,c->wl-c->wo,MSG_NOSIGNAL); if(n<0){ if(errno==EAGAIN){setw(c,1);return;} errs++; c->wl=c->wo=0; return;} c->wo+=n; } c->wl=c->wo=0; setw(c,0); }
static void put(conn*c,const void*d,size_t n){ if(c->wl+n>c->wc){ c->wc=(c->wl+n)*2; c->w=realloc(c->w,c->wc);} memcpy(c->w+c->wl,d,n); c->wl+=n; }
// ---- websocket framing
static void wsput(conn*c,int op,const char*d,size_t n){ uint8_t h[14]; int k=0; h[k++]=0x80|op; if(n<126)h[k++]=0x80|n; else if(n<65536){h[k++]=0x80|126;h[k++]=n>>8;h[k++]=n;} else {h[k++]=0x80|127; for(int i=7;i>=0;i--)h[k++]=((uint64_t)n)>>(8*i);} uint8_t m[4]={0x12,0x34,0x56,0x78}; memcpy(h+k,m,4);k+=4; put(c,h,k); size_t o=c->wl; put(c,d,n); for(size_t i=0;i<n;i++)c->w[o+i]^=m[i&3]; }
static void wshs(conn*c,const char*path,const char*proto){ char b[700]; int n=snprintf(b,sizeof b,"GET %s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nOrigin: http://localhost\r\n%s%s%s\r\n",path,HOST,PORT,proto?"Sec-WebSocket-Protocol: ":"",proto?proto:"",proto?"\r\n":""); put(c,b,n); flushc(c);}
static void body(char*o,uint64_t ts,int sender){ sprintf(o,"ZTS%016llx%06x",(unsigned long long)ts,sender); int l=strlen(o); if(l<B){memcpy(o+l,filler,B-l);o[B]=0;} }
static int P; enum {RAW,WS,SIO,PUSHER,PUSHERHTTP,XMPP,MQTT,NATS,PARLEY};
static void b64(const char*in,int n,char*out){ EVP_EncodeBlock((unsigned char*)out,(const unsigned char*)in,n); }
static void mqttlen(uint8_t*o,int*k,size_t n){ do{uint8_t b=n&127;n>>=7;if(n)b|=128;o[(*k)++]=b;}while(n); }
static void hmachex(const char*key,const char*s,char*out){ unsigned char d[32]; unsigned l; HMAC(EVP_sha256(),key,strlen(key),(const unsigned char*)s,strlen(s),d,&l); for(unsigned i=0;i<l;i++)sprintf(out+2*i,"%02x",d[i]); }
// ---- parley
static void say(conn*c,const char*f,...){ static char b[72000]; va_list a; va_start(a,f); int n=vsnprintf(b,sizeof b,f,a); va_end(a); wsput(c,1,b,n); flushc(c); }
static void parleyshake(conn*c){ char b[1200]; int agent=c->role>0; int n=snprintf(b,sizeof b,"GET /live HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nOrigin: http://%s:%d\r\n%s%s%s\r\n",agent?"agent.localhost":"localhost",PORT,agent?"agent.localhost":SITE,PORT,agent?"Cookie: ":"",agent?COOKIE:"",agent?"\r\n":""); put(c,b,n); flushc(c); }
static void parleyhello(conn*c){
  if(c->role>0) say(c,"{\"do\":\"hello\",\"protocol\":1}");
  else say(c,"{\"do\":\"hello\",\"protocol\":1,\"site\":\"%s\",\"key\":\"%08x%08x%08x%08x\",\"page\":{\"url\":\"http://%s:%d/\",\"title\":\"Home\"},\"language\":\"en\"}",WIDGET,SEED,c->idx*2654435761u,c->idx,0x5eed,SITE,PORT); }
static conn *pubs; static int NP=0, pubrr=0;
static void sendmsg1(conn*c,uint64_t ts){
  static char bd[70010], b[72000]; body(bd,ts,c->idx); int n; sent++;
  switch(P){
  case RAW:{ uint32_t l=htonl(strlen(bd)); put(c,&l,4); put(c,bd,strlen(bd)); flushc(c); break; }
  case WS: n=snprintf(b,sizeof b,"{\"t\":\"msg\",\"room\":\"r%d\",\"body\":\"%s\"}",c->room,bd); wsput(c,1,b,n); flushc(c); break;
  case SIO: n=snprintf(b,sizeof b,"42[\"msg\",{\"room\":\"r%d\",\"body\":\"%s\"}]",c->room,bd); wsput(c,1,b,n); flushc(c); break;
  case PUSHER: n=snprintf(b,sizeof b,"{\"event\":\"client-msg\",\"channel\":\"private-r%d\",\"data\":{\"body\":\"%s\"}}",c->room,bd); wsput(c,1,b,n); flushc(c); break;
  case PUSHERHTTP:{ // one HTTP request per connection, as Reverb closes it
    n=snprintf(b,sizeof b,"{\"name\":\"msg\",\"channels\":[\"private-r%d\"],\"data\":\"{\\\"from\\\":%d,\\\"body\\\":\\\"%s\\\"}\"}",c->room,c->idx,bd);
    unsigned char md[16]; unsigned ml; EVP_Digest(b,n,md,&ml,EVP_md5(),0); char mh[33]; for(int i=0;i<16;i++)sprintf(mh+2*i,"%02x",md[i]);
    char q[300],s[500],sig[65]; sprintf(q,"auth_key=%s&auth_timestamp=%ld&auth_version=1.0&body_md5=%s",KEY,(long)time(0),mh);
    sprintf(s,"POST\n/apps/%s/events\n%s",APPID,q); hmachex(SECRET,s,sig);
    char h[900]; int hn=sprintf(h,"POST /apps/%s/events?%s&auth_signature=%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n",APPID,q,sig,n);
    int fd=socket(AF_INET,SOCK_STREAM,0); struct sockaddr_in a={.sin_family=AF_INET,.sin_port=htons(PORT)}; inet_pton(AF_INET,HOST,&a.sin_addr);
    if(connect(fd,(void*)&a,sizeof a)<0){errs++;close(fd);break;} struct iovec; send(fd,h,hn,MSG_NOSIGNAL|MSG_MORE); send(fd,b,n,MSG_NOSIGNAL); fcntl(fd,F_SETFL,O_NONBLOCK);
    conn*p=calloc(1,sizeof*p); p->fd=fd;p->st=1000; struct epoll_event e={.events=EPOLLIN,.data.ptr=p}; epoll_ctl(ep,EPOLL_CTL_ADD,fd,&e); break; }
  case XMPP: { char to[64]; sprintf(to,"u%d@localhost",c->room*M+(c->role^1)); n=snprintf(b,sizeof b,"<message xmlns='jabber:client' to='%s' type='chat' id='m%ld'><body>%s</body></message>",to,sent,bd); wsput(c,1,b,n); flushc(c); break; }
  case MQTT:{ char tp[40]; int tl= M==2? sprintf(tp,"r/%d/%d",c->room,c->role^1):sprintf(tp,"r/%d",c->room); uint8_t h[8]; int k=0; h[k++]=0x32; mqttlen(h,&k,2+tl+2+strlen(bd)); put(c,h,k); uint8_t t2[2]={tl>>8,tl}; put(c,t2,2); put(c,tp,tl); if(!++c->pid)c->pid=1; uint8_t p2[2]={c->pid>>8,c->pid}; put(c,p2,2); put(c,bd,strlen(bd)); flushc(c); break; }
  case PARLEY: clientno++; say(c,"{\"do\":\"send\",\"topic\":\"%s\",\"client\":\"%08x%08x%016lx\",\"text\":\"%s\",\"id\":\"m%ld\"}",c->topic,SEED,c->idx,clientno,bd,clientno); break;
  case NATS:{ if(M==2) n=sprintf(b,"PUB room.%d.%d ack.%d %zu\r\n%s\r\n",c->room,c->role^1,c->idx,strlen(bd),bd); else n=sprintf(b,"PUB room.%d.x ack.%d %zu\r\n%s\r\n",c->room,c->idx,strlen(bd),bd); put(c,b,n); flushc(c); break; }
  } }
static void ready(conn*c){ if(c->ready) return; c->ready=1; nready++; }
static void deliver(conn*c,const uint8_t*d,size_t n){
  const uint8_t*z=memmem(d,n,"ZTS",3); if(!z||z+25>d+n) return; char hx[17]; memcpy(hx,z+3,16);hx[16]=0; uint64_t ts=strtoull(hx,0,16); char sx[7]; memcpy(sx,z+19,6);sx[6]=0; int from=strtol(sx,0,16);
  if(from==c->idx && M>1) return; // own echo
  if(c->role==0 && !strcmp(MODE,"fan")) return;
  uint64_t t=now(); if(measuring && ts>=t_meas){ recvd++; uint64_t us=(t-ts)/1000; hist[bidx(us)]++; if(us>hmax)hmax=us; }
  if(!running) return;
  if(!strcmp(MODE,"pp")) sendmsg1(c,t);
  else if(!strcmp(MODE,"fan")){ if(--fanleft[c->room]==0){ fanleft[c->room]=(long)(M-1); sendmsg1(&C[c->room*M],t);} } }
// st of parley: 3 hello said, 4 form sent, 5 subscribed, 6 joining
static void parleyframe(conn*c,const char*d,size_t n){
  #define IS(e) (n>sizeof(e)+10&&!memcmp(d,"{\"event\":\"" e "\"",sizeof(e)+10))
  if(IS("Acknowledged")){ acks++; if(outf&&running){ const char*k=memmem(d,n,"\"client\":\"",10),*q=memmem(d,n,"\"n\":",4); if(k&&q) fprintf(outf,"%s %.32s %ld\n",c->topic,k+10,atol(q+4)); } return; }
  if(IS("MessageSent")){ deliver(c,(const void*)d,n); return; }
  if(IS("Ping")){ say(c,"{\"do\":\"pong\"}"); return; }
  if(IS("Refused")){ if(errs++<3) fprintf(stderr,"REFUSED %.*s\n",(int)n,d); return; }
  if(c->st==3&&IS("Welcome")){
    if(c->role==0){ const char*t=memmem(d,n,"\"topic\":\"chat.",14); int i=0; if(!t){errs++;return;} t+=9; while(t[i]!='"'&&i<31){c->topic[i]=t[i];i++;} c->topic[i]=0;
      if(memmem(d,n,"\"formSent\":false",16)){ c->st=4; say(c,"{\"do\":\"form\",\"topic\":\"%s\",\"name\":\"Ada Moreau\",\"email\":\"ada@example.com\",\"phone\":\"+33 6 12 34 56 78\",\"service\":\"\"}",c->topic); return; } }
    else strcpy(c->topic,C[c->room*M].topic);
    c->st=5; say(c,"{\"do\":\"subscribe\",\"topic\":\"%s\",\"since\":%d}",c->topic,storming?1:0); return; }
  if(c->st==4&&IS("Done")){ c->st=5; say(c,"{\"do\":\"subscribe\",\"topic\":\"%s\",\"since\":0}",c->topic); return; }
  if(c->st==5&&IS("Subscribed")){
    if(storming){ const char*p=d; while((p=memmem(p,d+n-p,"\"after\":",8))){ missed++; p+=8; } resumed++; c->st=7; return; }
    if(c->role==1){ c->st=6; say(c,"{\"do\":\"join\",\"topic\":\"%s\"}",c->topic); return; } c->st=7; ready(c); return; }
  if(c->st==6&&IS("Done")){ c->st=7; ready(c); return; } }
static void wsmsg(conn*c,int op,const char*d,size_t n){
  if(op==9){ wsput(c,10,d,n); flushc(c); return; } if(op==8){ if(!c->ready||running) errs++; return; } char b[900]; int k;
  switch(P){
  case WS: if(memmem(d,n,"ZTS",3)) deliver(c,(void*)d,n); else ready(c); break;
  case SIO: if(n&&d[0]=='0'){ wsput(c,1,"40",2); flushc(c);} else if(n&&d[0]=='2'&&n==1){ wsput(c,1,"3",1); flushc(c);} else if(n>1&&d[0]=='4'&&d[1]=='0'){ k=sprintf(b,"42[\"join\",\"r%d\"]",c->room); wsput(c,1,b,k); flushc(c);} else if(memmem(d,n,"joined",6)) ready(c); else deliver(c,(void*)d,n); break;
  case PUSHER: case PUSHERHTTP:
    if(memmem(d,n,"connection_established",22)){ const char*s=memmem(d,n,"socket_id",9); char sid[64]; int i=0; s+=9; while(s<d+n&&!(*s>='0'&&*s<='9'))s++; while(s<d+n&&((*s>='0'&&*s<='9')||*s=='.')&&i<60)sid[i++]=*s++; sid[i]=0; char a[200],sg[65]; sprintf(a,"%s:private-r%d",sid,c->room); hmachex(SECRET,a,sg); k=sprintf(b,"{\"event\":\"pusher:subscribe\",\"data\":{\"auth\":\"%s:%s\",\"channel\":\"private-r%d\"}}",KEY,sg,c->room); wsput(c,1,b,k); flushc(c);}
    else if(memmem(d,n,"subscription_succeeded",22)) ready(c); else if(memmem(d,n,"pusher:ping",11)){ k=sprintf(b,"{\"event\":\"pusher:pong\"}"); wsput(c,1,b,k); flushc(c);} else if(memmem(d,n,"pusher:error",12)){ if(errs++<3) fprintf(stderr,"ERR %.*s\n",(int)n,d);} else deliver(c,(void*)d,n); break;
  case PARLEY: parleyframe(c,d,n); break;
  case XMPP: { // st: 2 opened, 3 authed sent, 4 reopened, 5 bind sent
    if(memmem(d,n,"<message",8)){ deliver(c,(void*)d,n); break; }
    if(c->st==2 && memmem(d,n,"mechanisms",10)){ char pl[100],o[200]; int pn=sprintf(pl,"%cu%d%cpw",0,c->idx,0); b64(pl,pn,o); k=sprintf(b,"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>%s</auth>",o); wsput(c,1,b,k); c->st=3; flushc(c);} 
    else if(c->st==3 && memmem(d,n,"<success",8)){ k=sprintf(b,"<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='localhost' version='1.0'/>"); wsput(c,1,b,k); c->st=4; flushc(c);} 
    else if(c->st==4 && memmem(d,n,"xmpp-bind",9)){ k=sprintf(b,"<iq xmlns='jabber:client' type='set' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>x</resource></bind></iq>"); wsput(c,1,b,k); c->st=5; flushc(c);} 
    else if(c->st==5 && memmem(d,n,"<jid>",5)){ k=sprintf(b,"<presence xmlns='jabber:client'/>"); wsput(c,1,b,k); c->st=6; flushc(c); ready(c);} 
    else if(memmem(d,n,"failure",7)||memmem(d,n,"type='error'",12)){ if(errs++<3) fprintf(stderr,"ERR %.*s\n",(int)n,d);} break; }
  } }
static void onopen(conn*c){ char b[300]; int n;
  switch(P){ case RAW: ready(c); break;
  case WS: snprintf(b,sizeof b,"%s?room=r%d&role=%d",PATHQ,c->room,c->role); wshs(c,b,0); break;
  case PARLEY: parleyshake(c); break;
  case SIO: snprintf(b,sizeof b,"/socket.io/?EIO=4&transport=websocket"); wshs(c,b,0); break;
  case PUSHER: case PUSHERHTTP: snprintf(b,sizeof b,"/app/%s?protocol=7&client=js&version=8.4.0&flash=false",KEY); wshs(c,b,0); break;
  case XMPP: wshs(c,PATHQ,"xmpp"); break;
  case MQTT:{ char id[20]; int il=sprintf(id,"c%d",c->idx); uint8_t h[40]; int k=0; h[k++]=0x10; mqttlen(h,&k,10+2+il); uint8_t v[]={0,4,'M','Q','T','T',4,2,0,0}; put(c,h,k); put(c,v,10); uint8_t l2[2]={0,il}; put(c,l2,2); put(c,id,il); flushc(c); break; }
  case NATS: n=sprintf(b,"CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"c\",\"version\":\"1\",\"protocol\":1,\"echo\":false}\r\nSUB ack.%d 2\r\n",c->idx); put(c,b,n); if(M==2) n=sprintf(b,"SUB room.%d.%d 1\r\nPING\r\n",c->room,c->role); else n=sprintf(b,"SUB room.%d.x 1\r\nPING\r\n",c->room); put(c,b,n); flushc(c); break; }
  c->st=1; }
static size_t parse(conn*c){ size_t o=0; uint8_t*r=c->r; size_t l=c->rl;
  if(P==RAW){ while(l-o>=4){ uint32_t n; memcpy(&n,r+o,4); n=ntohl(n); if(l-o<4+n) break; deliver(c,r+o+4,n); o+=4+n; } return o; }
  if(P==MQTT){ while(l-o>=2){ size_t n=0,sh=0,k=1; int ok=0; while(o+k<l&&k<5){ n|=(size_t)(r[o+k]&127)<<sh; sh+=7; if(!(r[o+k++]&128)){ok=1;break;} } if(!ok||l-o<k+n) break; uint8_t*p=r+o+k; int ty=r[o]>>4;
      if(ty==2){ char tp[40]; int tl= M==2? sprintf(tp,"r/%d/%d",c->room,c->role):sprintf(tp,"r/%d",c->room); uint8_t h[8]={0x82,(uint8_t)(5+tl),0,1,0,(uint8_t)tl}; put(c,h,6); put(c,tp,tl); uint8_t q=1; put(c,&q,1); flushc(c);} 
      else if(ty==9) ready(c); else if(ty==4) acks++; else if(ty==3){ int q=(r[o]>>1)&3; size_t tl=p[0]<<8|p[1]; if(q){ uint8_t a[4]={0x40,2,p[2+tl],p[3+tl]}; put(c,a,4); flushc(c);} deliver(c,p,n);} o+=k+n; } return o; }
  if(P==NATS){ while(o<l){ uint8_t*e=memmem(r+o,l-o,"\r\n",2); if(!e) break; if(!memcmp(r+o,"MSG ",4)){ uint8_t*sp=e; while(sp[-1]!=' ')sp--; size_t n=strtoul((char*)sp,0,10); size_t tot=(e+2-(r+o))+n+2; if(l-o<tot) break; if(!memcmp(r+o+4,"ack.",4)){ acks++; if(memmem(e+2,n,"error",5)&&errs++<3) fprintf(stderr,"%.*s\n",(int)n,e+2);} else deliver(c,e+2,n); o+=tot; } else { if(!memcmp(r+o,"PONG",4)) ready(c); else if(!memcmp(r+o,"PING",4)){ put(c,"PONG\r\n",6); flushc(c);} else if(r[o]=='-'&&errs++<3) fprintf(stderr,"%.*s\n",(int)(e-(r+o)),r+o); o=e+2-r; } } return o; }
  // websocket
  if(c->st==1){ uint8_t*e=memmem(r,l,"\r\n\r\n",4); if(!e) return 0; if(memcmp(r,"HTTP/1.1 101",12)){ if(errs++<3) fprintf(stderr,"HS %.*s\n",(int)l,r); return l;} o=e+4-r; c->st=2; if(P==XMPP){ const char*s="<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='localhost' version='1.0'/>"; wsput(c,1,s,strlen(s)); flushc(c);} if(P==WS&&NOREADY) ready(c); if(P==PARLEY){ c->st=3; parleyhello(c); } }
  while(l-o>=2){ size_t n=r[o+1]&127,k=2; if(n==126){ if(l-o<4) break; n=r[o+2]<<8|r[o+3];k=4;} else if(n==127){ if(l-o<10) break; n=0; for(int i=0;i<8;i++)n=n<<8|r[o+2+i]; k=10;} if(l-o<k+n) break; wsmsg(c,r[o]&15,(char*)r+o+k,n); o+=k+n; }
  return o; }
// Who has the topic of a room goes first.
static int nth(int k){ return P!=PARLEY||M==1?k: k<ROOMS? k*M : (k-ROOMS)/(M-1)*M+1+(k-ROOMS)%(M-1); }
static int startconn(int i){ conn*c=&C[i]; c->idx=i; c->room=i/M; c->role=i%M; c->fd=socket(AF_INET,SOCK_STREAM|SOCK_NONBLOCK,0); if(c->fd<0){perror("socket");exit(1);} int one=1; setsockopt(c->fd,IPPROTO_TCP,TCP_NODELAY,&one,4);
  if(SRCS){ struct sockaddr_in s={.sin_family=AF_INET}; s.sin_addr.s_addr=htonl(0x7f000001+1+(i%SRCS)); setsockopt(c->fd,IPPROTO_IP,24/*IP_BIND_ADDRESS_NO_PORT*/,&one,4); bind(c->fd,(void*)&s,sizeof s);} 
  struct sockaddr_in a={.sin_family=AF_INET,.sin_port=htons(c->role&&PORT2?PORT2:PORT)}; inet_pton(AF_INET,HOST,&a.sin_addr); if(connect(c->fd,(void*)&a,sizeof a)<0&&errno!=EINPROGRESS){perror("connect");exit(1);} c->wantw=1; struct epoll_event e={.events=EPOLLIN|EPOLLOUT,.data.ptr=c}; epoll_ctl(ep,EPOLL_CTL_ADD,c->fd,&e); return 0; }
static void srvstat(double*cpu,long*rss){ *cpu=0;*rss=0; for(int i=0;i<nsrv;i++){ char p[64],b[1024]; sprintf(p,"/proc/%d/stat",srvpids[i]); FILE*f=fopen(p,"r"); if(!f) continue; int n=fread(b,1,1023,f); b[n>0?n:0]=0; fclose(f); char*q=strrchr(b,')'); unsigned long u=0,s=0; if(q) sscanf(q+2,"%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",&u,&s); *cpu+=(u+s)/100.0; sprintf(p,"/proc/%d/status",srvpids[i]); f=fopen(p,"r"); if(f){ while(fgets(b,1000,f)) if(!strncmp(b,"VmRSS:",6)) *rss+=atol(b+6); fclose(f);} } }
int main(int ac,char**av){ int o; signal(SIGPIPE,SIG_IGN);
  while((o=getopt(ac,av,"p:P:R:M:W:B:d:w:r:m:u:H:k:s:a:S:L:NK:C:O:E:o:Q:"))!=-1) switch(o){ case 'p':PORT=atoi(optarg);break; case 'P':PROTO=optarg;break; case 'R':ROOMS=atoi(optarg);break; case 'M':M=atoi(optarg);break; case 'W':W=atoi(optarg);break; case 'B':B=atoi(optarg);break; case 'd':DUR=atof(optarg);break; case 'w':WARM=atof(optarg);break; case 'r':RATE=atof(optarg);break; case 'm':MODE=optarg;break; case 'u':PATHQ=optarg;break; case 'H':HSPAR=atoi(optarg);break; case 'k':KEY=optarg;break; case 's':SECRET=optarg;break; case 'a':APPID=optarg;break; case 'S':{char*t=strtok(optarg,",");while(t&&nsrv<16){srvpids[nsrv++]=atoi(t);t=strtok(0,",");}break;} case 'L':SRCS=atoi(optarg);break; case 'N':NOREADY=1;break; case 'K':WIDGET=optarg;break; case 'C':COOKIE=optarg;break; case 'O':SITE=optarg;break; case 'E':SEED=strtoul(optarg,0,10);break; case 'o':OUT=optarg;break; case 'Q':PORT2=atoi(optarg);break; default:return 2; }
  const char*pn[]={"raw","ws","sio","pusher","pusherhttp","xmpp","mqtt","nats","parley"}; P=-1; for(int i=0;i<9;i++) if(!strcmp(PROTO,pn[i])) P=i; if(P<0) return 2;
  memset(filler,'x',sizeof filler); if(OUT) outf=fopen(OUT,"w"); NC=ROOMS*M; C=calloc(NC,sizeof*C); fanleft=calloc(ROOMS,sizeof(long)); ep=epoll_create1(0); struct epoll_event ev[512];
  double c0,c1,cb; long r0,r1; srvstat(&cb,&r0); long rss_base=r0; uint64_t t0=now(); int inprog=0; uint64_t next=0; int stage=0; uint64_t rampend=0; double g0=0; struct rusage ru; long rr=0;
  for(;;){ uint64_t t=now();
    if(stage==0){ inprog=nstarted-nready; while(nstarted<NC && inprog<HSPAR && (P!=PARLEY||nstarted<ROOMS||nready>=ROOMS)){ startconn(nth(nstarted)); nstarted++; inprog++; } if(!rss_first&&nready>=500&&!strcmp(MODE,"idle")){ double x; srvstat(&x,&rss_first); nfirst=nready; } if(nready==NC){ rampend=now(); running=1; stage=1; t_start=now(); 
        if(!strcmp(MODE,"pp")) for(int i=0;i<ROOMS;i++) for(int k=0;k<W;k++) sendmsg1(&C[i*M+(M>1?(k&1):0)],now());
        if(!strcmp(MODE,"fan")) for(int i=0;i<ROOMS;i++){ fanleft[i]=(long)(M-1); for(int k=0;k<W;k++) sendmsg1(&C[i*M],now()); }
        if(!strcmp(MODE,"storm")) for(int i=0;i<NC;i++) sendmsg1(&C[i],now());
        next=now(); } else if(t-t0>120000000000ull){ fprintf(stderr,"timeout connecting: %d/%d errs %ld\n",nready,NC,errs); return 1; } }
    if(stage==1 && !strcmp(MODE,"storm")){ if(!storming){ if((double)(int64_t)(t-t_start)>WARM*1e9){ storming=1; for(int i=0;i<NC;i++){ close(C[i].fd); free(C[i].r); free(C[i].w); memset(&C[i],0,sizeof C[i]); } t_storm=now(); nstarted=0; } }
      else { while(nstarted<NC && nstarted-resumed<HSPAR) startconn(nstarted++); if(resumed==NC){ printf("{\"proto\":\"%s\",\"mode\":\"storm\",\"clients\":%d,\"resumed_s\":%.3f,\"missed\":%ld,\"errs\":%ld}\n",PROTO,NC,(now()-t_storm)/1e9,missed,errs); return 0; } if(t-t_storm>60000000000ull){ fprintf(stderr,"timeout resuming: %ld/%d errs %ld\n",resumed,NC,errs); return 1; } } }
    else if(stage==1 && (double)(int64_t)(t-t_start)>WARM*1e9){ stage=2; t_meas=now(); measuring=1; srvstat(&c0,&r0); getrusage(RUSAGE_SELF,&ru); g0=ru.ru_utime.tv_sec+ru.ru_utime.tv_usec/1e6+ru.ru_stime.tv_sec+ru.ru_stime.tv_usec/1e6; sent=0;acks=0; }
    if(stage==2 && (double)(int64_t)(t-t_meas)>DUR*1e9){ t_end=now(); running=0; break; }
    if(running && RATE>0 && !strcmp(MODE,"open")){ while(next<=t){ sendmsg1(&C[(rr++%ROOMS)*M],next); next+=(uint64_t)(1e9/RATE); } }
    struct timespec to={0,1000000}; if(running&&RATE>0&&!strcmp(MODE,"open")){ uint64_t t2=now(); uint64_t d=next>t2?next-t2:0; if(d>1000000)d=1000000; to.tv_nsec=d; } else to.tv_nsec=10000000;
    int n=epoll_pwait2(ep,ev,512,&to,0);
    for(int i=0;i<n;i++){ conn*c=ev[i].data.ptr; 
      if(c->st==1000){ char tb[4096]; ssize_t k=recv(c->fd,tb,4096,0); if(k>0){ if(memcmp(tb,"HTTP/1.1 200",12)&&errs++<3) fprintf(stderr,"HTTP %.*s\n",(int)k,tb); acks++; } close(c->fd); free(c); continue; }
      if(ev[i].events&(EPOLLERR|EPOLLHUP) && !c->rl && !(ev[i].events&EPOLLIN)){ errs++; epoll_ctl(ep,EPOLL_CTL_DEL,c->fd,0); continue; }
      if(c->st==0 && (ev[i].events&EPOLLOUT)){ setw(c,0); onopen(c); }
      else if(ev[i].events&EPOLLOUT) flushc(c);
      if(ev[i].events&EPOLLIN){ if(c->rc-c->rl<16384){ size_t need=c->rl+(NC>1500?4096:65536); if(need>c->rc){c->rc=need; c->r=realloc(c->r,c->rc);} } ssize_t k=recv(c->fd,c->r+c->rl,c->rc-c->rl,0); if(k<=0){ if(k<0&&errno==EAGAIN) continue; errs++; epoll_ctl(ep,EPOLL_CTL_DEL,c->fd,0); continue; } c->rl+=k; size_t u=parse(c); if(u){ memmove(c->r,c->r+u,c->rl-u); c->rl-=u; } } } }
  if(outf) fclose(outf); srvstat(&c1,&r1); getrusage(RUSAGE_SELF,&ru); double g1=ru.ru_utime.tv_sec+ru.ru_utime.tv_usec/1e6+ru.ru_stime.tv_sec+ru.ru_stime.tv_usec/1e6; double el=(t_end-t_meas)/1e9; double la[1]; getloadavg(la,1);
  printf("{\"proto\":\"%s\",\"mode\":\"%s\",\"rooms\":%d,\"members\":%d,\"w\":%d,\"rate\":%.0f,\"connect_s\":%.2f,\"deliv_per_s\":%.0f,\"sent_per_s\":%.0f,\"acks_per_s\":%.0f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"p999_ms\":%.2f,\"max_ms\":%.1f,\"errs\":%ld,\"gen_cpu_pct\":%.0f,\"srv_cpu_pct\":%.0f,\"deliv_per_srv_cpu_s\":%.0f,\"rss_base_kb\":%ld,\"rss_end_kb\":%ld,\"kb_per_conn\":%.1f,\"kb_per_conn_after_first\":%.2f,\"load\":%.1f}\n",PROTO,MODE,ROOMS,M,W,RATE,(rampend-t0)/1e9,recvd/el,sent/el,acks/el,pct(.5),pct(.99),pct(.999),hmax/1000.0,errs,(g1-g0)/el*100,(c1-c0)/el*100,(c1>c0)?recvd/(c1-c0):0,rss_base,r1,(double)(r1-rss_base)/NC,nfirst?(double)(r1-rss_first)/(NC-nfirst):0.0,la[0]);
  return 0; }

// ConversationsCore
